import AMQP
import Warren

/// What a client finds out about a broker by itself, over AMQP, without changing anything.
struct BrokerProbe: Sendable {
    /// As the broker says.
    var version: String?
    /// How long it took to connect and log in.
    var login: Duration
    /// Everything that the pool needs, and the state that it is in.
    var items: [(item: TopologyItem, state: TopologyState)]
    /// Messages that wait in the pool's queue, and its consumers; nil if there is no such queue.
    var queue: (ready: Int, consumers: Int)?
    /// How many there are; nil if there is no queue for them.
    var deadLetters: Int?
    /// What the account lacks for each role that was tried.
    var missing: [AccountRole: [AMQPRefusal]]

    /// - Throws: ``AMQPError`` if the broker cannot be reached, or refuses the login.
    static func perform(_ endpoint: AMQPEndpoint, pool: Pool, roles: [AccountRole]) async throws(AMQPError)
        -> BrokerProbe
    {
        try await onThread { () throws(AMQPError) in
            let began = Instant.now
            var session = try Session.open(to: endpoint, name: "warren doctor")
            var probe = BrokerProbe(
                version: session.brokerVersion,
                login: .now - began,
                items: [],
                missing: [:]
            )
            for item in Topology.shared + [Topology.workQueue(of: pool)] {
                probe.items.append((item, try item.state(on: &session)))
            }
            probe.queue = try counts(of: pool.queue, on: &session)
            probe.deadLetters = try counts(of: WireNames.deadQueue, on: &session)?.ready
            for role in roles { probe.missing[role] = try role.missingRights(for: pool, on: &session) }
            session.close()
            return probe
        }
    }

    /// Finds out whether the broker takes a message of this size, by sending it to nobody.
    ///
    /// - Returns: The largest that it takes, if that is less.
    static func largestMessage(upTo bytes: Int, at endpoint: AMQPEndpoint) async throws(AMQPError) -> Int? {
        try await onThread { () throws(AMQPError) in
            var session = try Session.open(to: endpoint, name: "warren doctor")
            defer { session.close() }
            do throws(AMQPError) {
                return try session.largestMessage(upTo: bytes, through: WireNames.Exchange.work)
            } catch  where error.refusal != nil {
                // Workers may not publish there.
                return try session.largestMessage(upTo: bytes, through: WireNames.Exchange.replies)
            }
        }
    }

    private static func counts(
        of queue: ShortString,
        on session: inout Session
    ) throws(AMQPError) -> (ready: Int, consumers: Int)? {
        do throws(AMQPError) {
            return try session.attempt { session throws(AMQPError) in try session.inspectQueue(queue) }
        } catch  where error.code == .notFound {
            return nil
        }
    }

    /// A session belongs to one thread, which waits for the broker.
    private static func onThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws(AMQPError) -> Value
    ) async throws(AMQPError) -> Value {
        let result: Result<Value, AMQPError> = await withCheckedContinuation { continuation in
            Thread.start("warren-doctor") { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }
}
