import AMQP
import TestSupport
import Testing

@testable import Warren

/// Answers that travel in one message.
@Suite struct ReplyBatchTests {
    private func answers(_ count: Int, of job: JobID, _ random: inout SeededRandom) -> [ReplyMessage] {
        (0..<count).map { _ in
            let from = random.next() >> (1 + random.below(63))
            let to = min(from + 1 + random.next() >> random.below(64) / 2, UInt64(Int64.max))
            let cost = AttemptCost(
                started: Double(random.below(2_000_000_000)),
                seconds: Double(random.below(1_000_000_000)) / 1e6,
                cpuSeconds: Double(random.below(1_000_000_000)) / 1e6,
                peakMemory: random.next() >> 20
            )
            return ReplyMessage(
                id: FragmentID(job: job, range: min(from, to - 1)..<to),
                reply: LedgerEvent.Reply(
                    attempt: 1 + random.below(1_000_000),
                    worker: "tiger@a",
                    outcome: .done(seconds: cost.seconds),
                    isBackup: random.once(in: 2)
                ),
                cost: cost,
                body: random.bytes(random.below(40))
            )
        }
    }

    @Test func answersComeBackAsTheyWere() throws {
        var random = SeededRandom()
        for _ in 0..<2000 {
            let job = JobID(milliseconds: random.next(), using: &random)
            let sent = answers(1 + random.below(20), of: job, &random)
            let batch = ReplyBatch(job: job, worker: "tiger@a", answers: sent)
            let read = try ReplyBatch(batch.message)
            try #require(read.job == job && read.worker == "tiger@a" && read.answers.count == sent.count)
            for (sent, read) in zip(sent, read.answers) {
                try #require(sent.id == read.id && sent.body == read.body)
                try #require(sent.reply.attempt == read.reply.attempt)
                try #require(sent.reply.isBackup == read.reply.isBackup)
                try #require(abs(sent.cost.seconds - read.cost.seconds) < 2e-6)
                try #require(abs(sent.cost.cpuSeconds - read.cost.cpuSeconds) < 2e-6)
                try #require(sent.cost.peakMemory == read.cost.peakMemory)
                try #require(abs(sent.cost.started - read.cost.started) < 2e-3)
            }
        }
    }

    /// Whatever comes from the network is an answer or an error, never a trap.
    @Test func damagedMessagesAreReadOrRefused() throws {
        var random = SeededRandom()
        let job = JobID(milliseconds: 1, using: &random)
        var refused = 0
        for _ in 0..<20_000 {
            var message = ReplyBatch(job: job, worker: "a", answers: answers(3, of: job, &random)).message
            for _ in 0...random.below(3) {
                let index = random.below(message.body.count)
                switch random.below(3) {
                case 0: message.body[index] = UInt8(random.below(256))
                case 1: message.body.removeSubrange(index...)
                default: message.body.insert(UInt8(random.below(256)), at: index)
                }
                if message.body.isEmpty { break }
            }
            do {
                for answer in try ReplyBatch(message).answers { #expect(!answer.id.range.isEmpty) }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 10_000)
    }

    @Test func onlySmallPartialsTravelTogether() {
        var random = SeededRandom()
        let job = JobID(milliseconds: 1, using: &random)
        func answer(_ outcome: LedgerEvent.Outcome, bytes: Int) -> ReplyMessage {
            let reply = LedgerEvent.Reply(attempt: 1, worker: "a", outcome: outcome)
            let id = FragmentID(job: job, range: 0..<1)
            return ReplyMessage(id: id, reply: reply, body: [UInt8](repeating: 0, count: bytes))
        }
        #expect(ReplyBatch.admits(answer(.done(seconds: 1), bytes: 4096)))
        #expect(!ReplyBatch.admits(answer(.done(seconds: 1), bytes: 4097)))
        #expect(!ReplyBatch.admits(answer(.dropped, bytes: 0)))
        #expect(!ReplyBatch.admits(answer(.failed(.init(.error, "boom")), bytes: 0)))
    }
}
