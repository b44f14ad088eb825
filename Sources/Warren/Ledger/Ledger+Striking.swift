import AMQP
import DequeModule

/// How fragments leave the book: done, given up, replaced by their halves, or with the job.
extension Ledger {
    /// The fragment is done: it counts, once.
    mutating func fold(_ range: UnitRange, worker: String, _ actions: inout [LedgerAction]) {
        let copies = out.removeValue(forKey: range)?.copies ?? 0
        counters.units += range.unitCount
        counters.fragments += 1
        counters.workers[worker, default: 0] += 1
        actions.append(.fold(range))
        if copies > 0 { actions.append(.recall(range)) }
    }

    mutating func strikeOff(_ range: UnitRange, _ actions: inout [LedgerAction]) {
        out[range] = nil
        actions.append(.drop(range))
    }

    /// A fragment has failed for good: its halves take its place, or the bad unit is passed over, or the job fails
    /// with its reason.
    mutating func fail(_ range: UnitRange, _ now: Instant, _ actions: inout [LedgerAction]) {
        guard let entry = out[range] else { return }
        let hasKilled = entry.deathsAlone > 0
        guard range.unitCount > 1 else {
            let message = "unit \(range.lowerBound) failed for good, \(entry.history.description)"
            guard policy.onFailure == .skip else {
                strikeOff(range, &actions)
                return end(WarrenError(.job, message), until: now + policy.farewell, &actions)
            }
            out[range] = nil
            counters.skipped += 1
            return actions.append(.skip(range, message))
        }
        let middle = range.lowerBound + range.unitCount / 2
        out[range] = nil
        counters.halved += 1
        counters.fragmentsCut += 1
        if let last = entry.history.latest.last {
            actions.append(.notice(.splitting(range, worker: last.worker, reason: last.failure.reason)))
        }
        actions.append(.split(range, at: middle))
        let (first, second) = (range.lowerBound..<middle, middle..<range.upperBound)
        for half in [second, first] {
            // On the way to the bad unit one failure is enough; the unit itself gets every try. What has killed
            // workers stays alone, so that it takes no neighbours along on its way.
            let isUnit = half.unitCount == 1
            out[half] = Entry(
                isAlone: hasKilled,
                isNarrowing: !isUnit,
                deathsAlone: hasKilled && !isUnit ? policy.deathsAlone - 1 : 0,
                isQueued: true
            )
            counters.attempts += 1
            if hasKilled { suspects.prepend(half) }
        }
        guard !hasKilled else { return }
        halves.append(second)
        publish(first, &actions)
    }

    /// The job is over without a result; what is out is waited for, what is not is struck off.
    mutating func end(_ error: WarrenError, until: Instant, _ actions: inout [LedgerAction]) {
        guard isRunning else { return }
        phase = .ending(error, until: until)
        for range in inOrder(out.filter { !$0.value.isPublished }.keys) { strikeOff(range, &actions) }
        nextRetry = nil
        halves = []
        if !out.isEmpty { actions.append(.cancel) }
    }
}
