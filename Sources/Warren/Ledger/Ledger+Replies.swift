import AMQP
import DequeModule

/// What workers answer.
extension Ledger {
    /// A reply counts if exactly its range is out; a failure moreover only for the current attempt. Every other
    /// reply is a duplicate: of a fragment that was answered before, that was halved meanwhile, or of an attempt
    /// that has been given up.
    mutating func replied(
        _ range: UnitRange,
        _ reply: LedgerEvent.Reply,
        _ now: Instant,
        _ actions: inout [LedgerAction]
    ) {
        guard let entry = out[range] else {
            counters.duplicatesDropped += 1
            return
        }
        if case .done(let seconds) = reply.outcome {
            if reply.attempt == entry.attempt { latestAnswered = max(latestAnswered, entry.earliest) }
            refusals.ran()
            guard isRunning else { return strikeOff(range, &actions) }
            sizing.measured(units: range.unitCount, seconds: seconds)
            if entry.earliest == entry.sequence, reply.attempt == entry.attempt {
                roundTrip.measured((now - entry.publishedAt).seconds - seconds, at: now)
            }
            if reply.isBackup { counters.backupsWon += 1 }
            actions.append(.account(range))
            return fold(range, worker: reply.worker, &actions)
        }
        guard reply.attempt == entry.attempt, entry.isPublished else {
            counters.duplicatesDropped += 1
            return
        }
        latestAnswered = max(latestAnswered, entry.earliest)
        guard isRunning else { return strikeOff(range, &actions) }
        switch reply.outcome {
        case .done: break
        case .partly(let success): partly(range, success, worker: reply.worker, now, &actions)
        case .failed(let failure):
            actions.append(.account(range))
            failed(range, failure, worker: reply.worker, now, &actions)
        case .suspect:
            actions.append(.notice(.runningAlone(range)))
            queueAlone(range)
        case .diedAlone:
            diedAlone(range, worker: reply.worker, now, &actions)
        case .dropped:
            // Somebody else cancelled the job, or a worker mistook it: the unit must not be lost for that. Not at
            // once, for that worker may drop it again.
            tryAgain(range, at: now + .seconds(1))
        case .yielded:
            counters.yielded += 1
            publish(range, &actions)
        case .refused(let reason):
            refused(range, reason, worker: reply.worker, now, &actions)
        }
    }

    private mutating func failed(
        _ range: UnitRange,
        _ failure: AttemptFailure,
        worker: String,
        _ now: Instant,
        _ actions: inout [LedgerAction]
    ) {
        guard let entry = out[range] else { return }
        refusals.ran()
        count(failure.cause)
        if failure.cause == .input {
            strikeOff(range, &actions)
            return end(WarrenError(.job, failure.reason), until: now + policy.farewell, &actions)
        }
        out[range]?.history.add(failure, worker: worker, attempt: entry.attempt, at: now)
        let failures = entry.history.count(of: failure.cause)
        let limit = entry.isNarrowing ? 0 : policy.retries(after: failure.cause)
        guard failures < limit else { return fail(range, now, &actions) }
        counters.retried += 1
        counters.attempts += 1
        out[range]?.attempt += 1
        publish(range, at: now + backoff(failures: entry.history.count))
        actions.append(
            .notice(.retrying(range, attempt: entry.attempt + 1, worker: worker, reason: failure.reason))
        )
    }

    private mutating func count(_ cause: AttemptFailure.Cause) {
        switch cause {
        case .crash: counters.crashes += 1
        case .timeout: counters.timeouts += 1
        case .memory: counters.memoryKills += 1
        case .error, .oversize, .input: break
        }
    }

    /// What was done counts; each run that failed, and what was not tried, is a fragment of its own from now on.
    private mutating func partly(
        _ range: UnitRange,
        _ success: LedgerEvent.PartialSuccess,
        worker: String,
        _ now: Instant,
        _ actions: inout [LedgerAction]
    ) {
        guard success.isPart(of: range) else {
            let failure = AttemptFailure(.error, "its answer speaks of units that are not its own")
            return failed(range, failure, worker: worker, now, &actions)
        }
        actions.append(.account(range))
        if let only = success.failed.first, only.range == range {
            return failed(range, only.failure, worker: worker, now, &actions)
        }
        refusals.ran()
        guard let entry = out.removeValue(forKey: range) else { return }
        let left = success.rest.reduce(0) { $0 + $1.unitCount }
        let lost = success.failed.reduce(0) { $0 + $1.range.unitCount }
        sizing.measured(units: range.unitCount - left, seconds: success.seconds)
        counters.units += range.unitCount - left - lost
        counters.fragments += 1
        counters.workers[worker, default: 0] += 1
        actions.append(.fold(range))
        let pieces = (success.failed.map(\.range) + success.rest).sorted { $0.lowerBound < $1.lowerBound }
        counters.fragmentsCut += pieces.count
        actions.append(.carve(range, into: pieces))
        for run in success.rest.reversed() {
            out[run] = Entry(isAlone: entry.isAlone, isQueued: true)
            counters.attempts += 1
            if entry.isAlone { suspects.prepend(run) } else { halves.append(run) }
        }
        for piece in success.failed {
            // Published by whatever comes of its failure: tried again, halved, or passed over.
            out[piece.range] = Entry(attempt: entry.attempt)
            failed(piece.range, piece.failure, worker: worker, now, &actions)
        }
    }

    private mutating func diedAlone(
        _ range: UnitRange,
        worker: String,
        _ now: Instant,
        _ actions: inout [LedgerAction]
    ) {
        out[range]?.deathsAlone += 1
        actions.append(.notice(.diedAlone(range)))
        let deaths = out[range]?.deathsAlone ?? 0
        guard deaths < policy.deathsAlone else {
            let reason = "it took its worker down \(deaths) times while nothing else was running there"
            let attempt = out[range]?.attempt ?? 1
            out[range]?.history.add(AttemptFailure(.crash, reason), worker: worker, attempt: attempt, at: now)
            return fail(range, now, &actions)
        }
        queueAlone(range)
    }

    private mutating func refused(
        _ range: UnitRange,
        _ reason: String,
        worker: String,
        _ now: Instant,
        _ actions: inout [LedgerAction]
    ) {
        let (isNews, mustAsk) = refusals.refused(by: worker, reason, at: now)
        if isNews { actions.append(.notice(.refused(range, worker: worker, reason: reason))) }
        guard !refusals.areFinal(at: now, limit: policy.refusalLimit) else {
            strikeOff(range, &actions)
            return end(WarrenError(.job, refusals.description), until: now + policy.farewell, &actions)
        }
        if mustAsk { actions.append(.rollCall) }
        out[range]?.attempt += 1
        publish(range, at: now + .seconds(1))
    }

    /// Another attempt that is nobody's fault.
    private mutating func tryAgain(_ range: UnitRange, at instant: Instant) {
        out[range]?.attempt += 1
        counters.attempts += 1
        publish(range, at: instant)
    }

    /// The same with nothing else beside it, when its turn comes.
    private mutating func queueAlone(_ range: UnitRange) {
        out[range]?.attempt += 1
        out[range]?.isAlone = true
        out[range]?.isQueued = true
        counters.attempts += 1
        suspects.append(range)
        alone.remove(range)
    }

    private func backoff(failures: Int) -> Duration {
        min(policy.firstBackoff * (1 << min(failures, 20)), policy.longestBackoff)
    }
}
