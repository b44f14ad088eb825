import AMQP

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
            refusedSince = nil
            guard isRunning else { return strikeOff(range, &actions) }
            sizing.measured(units: range.unitCount, seconds: seconds)
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
        case .failed(let reason, isFinal: true):
            strikeOff(range, &actions)
            end(WarrenError(.job, reason), until: now + policy.farewell, &actions)
        case .failed(let reason, isFinal: false):
            failed(range, reason, worker: reply.worker, now, &actions)
        case .suspect:
            actions.append(.notice(.runningAlone(range)))
            queueAlone(range)
        case .diedAlone:
            diedAlone(range, worker: reply.worker, now, &actions)
        case .dropped:
            // Somebody else cancelled the job, or a worker mistook it: the unit must not be lost for that. Not at
            // once, for that worker may drop it again.
            tryAgain(range, at: now + .seconds(1))
        case .refused(let reason):
            refused(range, reason, worker: reply.worker, now, &actions)
        }
    }

    private mutating func failed(
        _ range: UnitRange,
        _ reason: String,
        worker: String,
        _ now: Instant,
        _ actions: inout [LedgerAction]
    ) {
        guard let entry = out[range] else { return }
        refusedSince = nil
        guard entry.triesLeft > 0 else {
            return fail(range, worker: worker, reason: reason, now, &actions)
        }
        counters.retried += 1
        counters.attempts += 1
        out[range]?.triesLeft -= 1
        out[range]?.attempt += 1
        publish(range, at: now + backoff(failures: policy.retries - entry.triesLeft))
        actions.append(.notice(.retrying(range, attempt: entry.attempt + 1, worker: worker, reason: reason)))
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
            return fail(range, worker: worker, reason: reason, now, &actions)
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
        let since = refusedSince ?? now
        guard now - since < policy.refusalLimit else {
            strikeOff(range, &actions)
            return end(WarrenError(.job, "\(worker) \(reason)"), until: now + policy.farewell, &actions)
        }
        if refusedSince == nil {
            actions.append(.notice(.refused(range, worker: worker, reason: reason)))
        }
        refusedSince = since
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
        if runningAlone == range { runningAlone = nil }
    }

    private func backoff(failures: Int) -> Duration {
        min(policy.firstBackoff * (1 << min(failures, 20)), policy.longestBackoff)
    }
}
