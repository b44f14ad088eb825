import AMQP
import TestSupport
import Testing

@testable import Warren

/// Several fragments that are answered with one partial.
@Suite struct MergedReplyTests {
    private func reply(_ random: inout SeededRandom) -> MergedReply {
        let job = JobID(milliseconds: random.next(), using: &random)
        var from: UInt64 = 0
        let answers = (0...random.below(8)).map { _ in
            from += 1 + random.next() >> 40
            let cost = AttemptCost(started: 1, seconds: 2, cpuSeconds: 3, peakMemory: random.next() >> 30)
            let reply = LedgerEvent.Reply(
                attempt: 1 + random.below(9),
                worker: "a",
                outcome: .done(seconds: 2)
            )
            return ReplyMessage(id: FragmentID(job: job, range: from..<from + 1), reply: reply, cost: cost)
        }
        return MergedReply(job: job, worker: "a", answers: answers, body: random.bytes(random.below(100)))
    }

    @Test func repliesComeBackAsTheyWere() throws {
        var random = SeededRandom()
        for _ in 0..<5000 {
            let sent = reply(&random)
            let read = try MergedReply(sent.message)
            try #require(read.job == sent.job && read.body == sent.body)
            try #require(read.answers.map(\.id) == sent.answers.map(\.id))
            try #require(read.answers.map(\.reply.attempt) == sent.answers.map(\.reply.attempt))
            try #require(read.answers.map(\.cost) == sent.answers.map(\.cost))
        }
    }

    @Test func damagedMessagesAreReadOrRefused() {
        var random = SeededRandom()
        var refused = 0
        for _ in 0..<20_000 {
            var message = reply(&random).message
            var heads = message.headers.string("answers") ?? []
            if random.once(in: 2) { heads.removeLast(random.below(heads.count)) }
            let index = random.below(max(heads.count, 1))
            if !heads.isEmpty { heads[index] = UInt8(random.below(256)) }
            message.headers["answers"] = .string(heads)
            do {
                let answers = try MergedReply(message).answers
                #expect(!answers.isEmpty && Set(answers.map(\.id)).count == answers.count)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 2000)
    }
}
