import AMQP
import TestSupport
import Testing

@testable import Warren

/// What leaves a worker in one message.
@Suite struct AnswerBoxTests {
    private static let jobs = (0..<2).map { number in
        var random = SeededRandom(seed: UInt64(number))
        return JobID(milliseconds: 1, using: &random)
    }

    private func answer(_ number: UInt64, job: Int, to address: ShortString, bytes: Int, isDone: Bool)
        -> AnswerBox.Answer
    {
        let outcome = isDone ? LedgerEvent.Outcome.done(seconds: 0) : .dropped
        return AnswerBox.Answer(
            message: ReplyMessage(
                id: FragmentID(job: Self.jobs[job], range: number..<number + 1),
                reply: LedgerEvent.Reply(attempt: 1, worker: "a", outcome: outcome),
                body: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: bytes)
            ),
            replyTo: address,
            tag: DeliveryTag(session: 1, value: number)
        )
    }

    /// Every answer leaves once, in order, at its own address, and acknowledges its own delivery.
    @Test func everyAnswerLeavesOnce() throws {
        var random = SeededRandom()
        for _ in 0..<3000 {
            let box = AnswerBox()
            let answers = (0..<UInt64(random.below(60))).map {
                answer(
                    $0,
                    job: random.below(2),
                    to: random.once(in: 4) ? "there" : "here",
                    bytes: random.once(in: 5) ? 5000 : random.below(4000),
                    isDone: !random.once(in: 8)
                )
            }
            var left: [(id: FragmentID, tag: DeliveryTag, address: ShortString, body: [UInt8])] = []
            for answer in answers { _ = box.insert(contentsOf: [answer]) }
            for publication in box.take() {
                let message = publication.message
                #expect(message.body.count <= ReplyBatch.largest + 100 * 64)
                let isBatch = message.type == WireNames.MessageType.batch
                let id = try WireReader.fragmentID(of: message)
                let read = isBatch ? try ReplyBatch(message).answers : [try ReplyMessage(message, id: id)]
                try #require(read.count == publication.answering.count && (!isBatch || read.count > 1))
                for (answer, tag) in zip(read, publication.answering) {
                    left.append((answer.id, tag, publication.routingKey, answer.body))
                }
            }
            try #require(left.count == answers.count)
            for (left, answer) in zip(left, answers) {
                try #require(left.id == answer.message.id && left.tag == answer.tag)
                let isDone = if case .done = answer.message.reply.outcome { true } else { false }
                try #require(left.address == answer.replyTo)
                try #require(left.body == (isDone ? answer.message.body : []))
            }
            #expect(box.take().isEmpty)
        }
    }

    @Test func onlyTheFirstToComeWakesTheConnection() {
        let box = AnswerBox()
        let first = answer(1, job: 0, to: "here", bytes: 1, isDone: true)
        #expect(box.insert(contentsOf: [first]))
        #expect(!box.insert(contentsOf: [answer(2, job: 0, to: "here", bytes: 1, isDone: true)]))
        let messages = box.take()
        #expect(messages.map(\.answering.count) == [2])
        #expect(box.insert(contentsOf: [first]))
    }
}
