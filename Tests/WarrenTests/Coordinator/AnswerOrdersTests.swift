import AMQP
import Synchronization
import TestSupport
import Testing

@testable import Warren

/// However answers come, one by one, merged, twice, damaged, small or so large that other threads fold them: each unit is
/// in the result once.
@Suite struct AnswerOrdersTests {
    @Test func everyUnitIsFoldedOnce() throws {
        var random = SeededRandom()
        var (merged, retried, duplicates) = (0, 0, 0)
        for _ in 0..<400 {
            let units = UInt64(20 + random.below(200))
            var trial = try Trial(units: units, seed: random.next())
            let result = try trial.result()
            let expected = WeighedSum.Partial(of: 0..<units, weight: 0)
            try #require(result.output == [expected.sum, units])
            try #require(result.receipt.units == units)
            merged += result.receipt.merged
            retried += result.receipt.retried
            duplicates += result.receipt.duplicatesDropped
        }
        #expect(merged > 1000 && retried > 300 && duplicates > 300)
    }

    private struct Trial {
        typealias Run = JobRun<WeighedSum, MergingReducer<WeighedSum>>

        var run: Run
        var random: SeededRandom
        var now = Instant(nanoseconds: 1)
        /// Published and not answered.
        var out: [Order] = []
        /// Answered, and perhaps answered again.
        var past: [Order] = []
        let folded: Mailbox<(UnitRange, (any Error)?)>
        let ended: Monitor<Result<JobResult<[UInt64]>, JobFailure>?>

        init(units: UInt64, seed: UInt64) throws {
            random = SeededRandom(seed: seed)
            var parameters = WeighedSum.Parameters()
            parameters.units = units
            let job = WeighedSum(parameters: parameters)
            var options = JobOptions()
            options.policy.fragmentSize = UInt64(1 + random.below(4))
            options.policy.window = 12
            options.policy.retries = 1000
            let folded = Mailbox<(UnitRange, (any Error)?)>()
            let ended = Monitor<Result<JobResult<[UInt64]>, JobFailure>?>(nil)
            self.folded = folded
            self.ended = ended
            run = try JobRun(
                id: JobID(milliseconds: 1, using: &random),
                job: job,
                reducer: MergingReducer(job),
                parameters: [],
                input: .none,
                options: options,
                now: now,
                ready: {},
                folded: { folded.post(($0, $1)) },
                completion: { result in ended.withLock { ended in ended = result } }
            )
        }

        mutating func result() throws -> JobResult<[UInt64]> {
            carryOut(run.handle(.queue(.init(ready: 0, consumers: 3)), at: now))
            carryOut(run.handle(.began, at: now))
            while true {
                let end: Result<JobResult<[UInt64]>, JobFailure>? = ended.withLock { $0 }
                if let end { return try end.get() }
                now = now + .milliseconds(1)
                step()
            }
        }

        private mutating func step() {
            // What other threads have folded, waiting for it only if there is nothing else to do.
            let patience = out.isEmpty && !run.asides.isEmpty ? Instant.now + .seconds(10) : .now
            for (range, error) in folded.take(until: patience) {
                carryOut(run.folded(range, error, at: now))
            }
            switch random.below(10) {
            case 0, 1, 2: answerMerged()
            case 3: answer(random.once(in: 2) ? past.randomElement(using: &random) : nil)
            default: answer(take())
            }
            if let deadline = run.nextDeadline, out.isEmpty, run.asides.isEmpty {
                now = max(now, deadline)
                carryOut(run.handle(.tick, at: now))
            }
        }

        private mutating func take() -> Order? {
            guard let index = out.indices.randomElement(using: &random) else { return nil }
            past.append(out[index])
            return out.remove(at: index)
        }

        private mutating func answer(_ order: Order?) {
            guard let order else { return }
            carryOut(run.handle(head(of: order).with(body: body(of: [order.range])), at: now))
        }

        /// Mostly of what is out, and sometimes of what was answered before.
        private mutating func answerMerged() {
            var orders = (0..<2 + random.below(3)).compactMap { _ in take() }
            if random.once(in: 4), let other = past.randomElement(using: &random) { orders.append(other) }
            var seen: Set<UnitRange> = []
            orders = orders.filter { seen.insert($0.range).inserted }
            guard !orders.isEmpty else { return }
            let merged = MergedReply(
                job: run.id,
                worker: "a",
                answers: orders.map { head(of: $0) },
                body: body(of: orders.map(\.range))
            )
            carryOut(run.handle(merged, at: now))
        }

        private func head(of order: Order) -> ReplyMessage {
            let reply = LedgerEvent.Reply(attempt: order.attempt, worker: "a", outcome: .done(seconds: 0.1))
            return ReplyMessage(id: FragmentID(job: run.id, range: order.range), reply: reply)
        }

        private mutating func body(of ranges: [UnitRange]) -> [UInt8] {
            var partial = WeighedSum.Partial()
            for range in ranges {
                let part = WeighedSum.Partial(of: range, weight: 0)
                partial.sum += part.sum
                partial.count += part.count
            }
            partial.weight = random.once(in: 3) ? MergingReducer<WeighedSum>.large : random.below(10)
            var bytes = partial.encoded()
            if random.once(in: 10) { bytes[bytes.count - 1] = 0x80 }
            return bytes
        }

        private mutating func carryOut(_ effects: [JobEffect]) {
            for effect in effects {
                switch effect {
                case .publish(let order, _): out.append(order)
                case .ended(let tell): tell()
                default: break
                }
            }
        }
    }
}
