import Testing

@testable import AMQP

@Suite struct AMQPRefusalTests {
    @Test func permissionIsTheOneThatTheBrokerNames() throws {
        let reason =
            "ACCESS_REFUSED - write access to exchange 'warren.replies' in vhost '/' refused for user 'x'"
        let refusal = try #require(AMQPRefusal(reason, doing: "waiting for messages"))
        #expect(refusal.permission == .write && refusal.kind == .exchange)
        #expect(refusal.name == "warren.replies" && refusal.vhost == "/" && refusal.user == "x")
    }

    /// RabbitMQ 3.10 says nothing of the permission.
    @Test(arguments: [
        ("declaring the exchange warren.work", "exchange 'warren.work'", AMQPRefusal.Permission.configure),
        ("declaring the queue warren.work.a", "queue 'warren.work.a'", .configure),
        ("declaring the queue warren.work.a", "exchange 'warren.dead'", .write),
        ("binding the queue warren.reply.a to warren.replies", "queue 'warren.reply.a'", .write),
        ("binding the queue warren.reply.a to warren.replies", "exchange 'warren.replies'", .read),
        ("trying to publish to the exchange warren.dead", "exchange 'warren.dead'", .write),
        ("trying to publish to the exchange warren.dead", "exchange 'warren.control'", .read),
        ("waiting for messages", "exchange 'warren.work'", .write),
        ("consuming the queue warren.work.a", "queue 'warren.work.a'", .read),
    ])
    func permissionFollowsFromWhatWasDone(doing: String, what: String, expected: AMQPRefusal.Permission)
        throws
    {
        let reason = "ACCESS_REFUSED - access to \(what) in vhost 'v' refused for user 'x'"
        #expect(try #require(AMQPRefusal(reason, doing: doing)).permission == expected)
    }

    @Test func textThatTheBrokerCutOffIsUnderstoodAsFarAsItGoes() throws {
        let refusal = try #require(
            AMQPRefusal("ACCESS_REFUSED - access to queue 'warren.work.aa", doing: "consuming")
        )
        #expect(refusal.name == "warren.work.aa" && refusal.user == "")
    }

    @Test(arguments: ["ACCESS_REFUSED - Login was refused", "access to ", "access to queue", ""])
    func otherRefusalsAreNone(reason: String) {
        #expect(AMQPRefusal(reason, doing: "logging in") == nil)
    }
}
