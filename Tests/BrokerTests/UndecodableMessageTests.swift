import AMQP
import Testing

@testable import Warren

/// Messages that make no sense: they disturb nobody.
@Suite(.serialized, .takingTurns) struct UndecodableMessageTests {
    @Test func nonsenseOnTheWorkQueueGoesToTheDeadLetters() async throws {
        try await TestBroker.withOwn { broker in
            try await withWarren(broker) { warren in
                let worker = try await warren.worker("w", pool: "default")
                let sender = AMQPConnection(to: try AMQPEndpoint(url: broker.url), name: "test") { _ in }
                let (submit, _) = try warren.submit(
                    "drill",
                    "--set",
                    "units=200",
                    "--set",
                    "sleep=10000",
                    "--fragment-size",
                    "10"
                )
                try await submit.line(containing: "job ")
                for body in [[], [0xFF], Array(repeating: 7, count: 5000)] as [[UInt8]] {
                    let outcome = await sender.publish(
                        Message(type: "fragment", messageID: "nonsense", body: body),
                        to: WireNames.Exchange.work,
                        routingKey: "default"
                    )
                    #expect(outcome == .confirmed)
                }
                await sender.close()
                try await worker.line(containing: "to the dead letters")
                #expect(try await submit.exit() == .exited(0))
                #expect(submit.output == drillResult(units: 200))
                try await broker.queue(named: "warren.dead") { $0.ready == 3 }
            }
        }
    }

    @Test func nonsenseAmongTheAnswersIsBuriedOrCountsAsAFailure() async throws {
        try await TestBroker.withOwn { broker in
            try await withWarren(broker) { warren in
                let (submit, path) = try warren.submit("drill", "--set", "units=1")
                let line = try await submit.line(containing: "job ")
                let job = try #require(line.text.split(separator: " ").dropFirst().first)
                // A worker of the test's own: it learns the address from the fragment.
                let fragments = Mailbox<Delivery>()
                let connection = AMQPConnection(
                    to: try AMQPEndpoint(url: broker.url),
                    name: "test",
                    setUp: { session throws(AMQPError) in
                        try Topology.declare(.default, on: &session)
                        try session.consume(Pool.default.queue, as: "test", prefetch: 1)
                    },
                    events: { events in
                        for case .delivered(let delivery) in events { fragments.post(delivery) }
                    }
                )
                let delivery = try #require(fragments.take(until: .now + .seconds(30)).first)
                for message in [
                    Message(type: "done", body: [1, 2, 3]),
                    Message(
                        type: "done",
                        messageID: ShortString("\(job)/0-1"),
                        correlationID: ShortString("\(job)")
                    ),
                ] {
                    #expect(
                        await connection.publish(
                            message,
                            to: WireNames.Exchange.replies,
                            routingKey: delivery.message.replyTo,
                            isMandatory: true
                        ) == .confirmed
                    )
                }
                try await submit.line(containing: "cannot be read went to the dead letters")
                connection.acknowledge(delivery.tag)
                await connection.close()
                try await warren.worker("w", pool: "default")
                // The second names its fragment, but no attempt: nobody's failure, and nothing is lost.
                try await broker.purge(queue: Pool.default.queue.description)
                #expect(try await submit.exit(within: .seconds(60)) == .exited(0))
                #expect(submit.output == drillResult(units: 1))
                #expect(try Receipt(at: path).units == 1)
                try await broker.queue(named: "warren.dead") { $0.ready == 1 }
            }
        }
    }
}
