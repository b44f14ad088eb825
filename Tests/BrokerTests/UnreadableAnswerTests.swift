import AMQP
import Testing

@testable import Warren

/// Workers that answer nonsense about a fragment that they were really given.
@Suite(.serialized, .takingTurns) struct UnreadableAnswerTests {
    enum Nonsense: CaseIterable { case body, type, version, merged }

    @Test(arguments: Nonsense.allCases)
    func unreadableAnswerIsAFailedAttempt(nonsense: Nonsense) async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=100",
                "--fragment-size",
                "50",
                "--window",
                "1",
                "--pool",
                pool
            )
            let fragments = Mailbox<Delivery>()
            let queue = try Pool(pool).queue
            try await submit.line(containing: "job ")
            let connection = AMQPConnection(
                to: try AMQPEndpoint(url: broker.url),
                name: "test",
                setUp: { session throws(AMQPError) in try session.consume(queue, as: "test", prefetch: 1) },
                events: { events in
                    for case .delivered(let delivery) in events { fragments.post(delivery) }
                }
            )
            let delivery = try #require(fragments.take(until: .now + .seconds(30)).first)
            let outcome = await connection.publish(
                answer(to: delivery, with: nonsense),
                to: WireNames.Exchange.replies,
                routingKey: delivery.message.replyTo,
                isMandatory: true
            )
            #expect(outcome == .confirmed)
            try await submit.line(containing: "attempt 2 of units 0-50 after a failure on fake")
            connection.acknowledge(delivery.tag)
            await connection.close()

            try await warren.worker("w", pool: pool)
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 100))
            let receipt = try Receipt(at: path)
            #expect(receipt.retried == 1)
            #expect(receipt.attempts == 3)
            #expect(receipt.workers == ["w": 2])
        }
    }

    private func answer(to delivery: Delivery, with nonsense: Nonsense) -> Message {
        var headers = Headers()
        headers["warren-version"] = .integer(nonsense == .version ? 2 : 1)
        headers["attempt"] = .integer(1)
        headers["worker"] = .string(Array("fake".utf8))
        if nonsense == .merged, let id = FragmentID(delivery.message.messageID.bytes) {
            let reply = LedgerEvent.Reply(attempt: 1, worker: "fake", outcome: .done(seconds: 1))
            let merged = MergedReply(
                job: id.job,
                worker: "fake",
                answers: [ReplyMessage(id: id, reply: reply)],
                body: [0xFF]
            )
            headers["answers"] = merged.message.headers["answers"]
        }
        let type: ShortString =
            switch nonsense {
            case .type: "dunno"
            case .merged: "merged"
            default: "done"
            }
        return Message(
            type: type,
            messageID: delivery.message.messageID,
            correlationID: delivery.message.correlationID,
            headers: headers,
            body: [0xFF, 0xFF]
        )
    }
}
