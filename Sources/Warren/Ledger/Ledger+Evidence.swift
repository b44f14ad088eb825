import AMQP

/// When a fragment is published again although no worker answered: on evidence, never out of impatience. A
/// ten-minute command behind a full queue is just as silent as a fragment that was lost.
extension Ledger {
    /// The broker refused the publication, sent it back, or may never have seen it.
    mutating func unsettled(
        _ range: UnitRange,
        _ sequence: UInt64,
        _ outcome: Publication.Outcome,
        _ now: Instant,
        _ actions: inout [LedgerAction]
    ) {
        guard let entry = out[range], entry.sequence == sequence, entry.isPublished else { return }
        guard isRunning else { return strikeOff(range, &actions) }
        switch outcome {
        case .confirmed: break
        case .nacked, .returned:
            // A full queue is no failure: the fragment stays out and waits.
            publish(range, at: now + policy.firstBackoff * 5)
        case .tooLarge(let limit):
            let reason =
                "fragment \(range.lowerBound)-\(range.upperBound) is larger than the \(limit) bytes that the broker takes; raise max_message_size there"
            strikeOff(range, &actions)
            end(WarrenError(.job, reason), until: now + policy.farewell, &actions)
        case .lost:
            counters.republished += 1
            publish(range, &actions)
        }
    }

    /// Looks, once per interval of the workers' reports, for fragments that nobody holds.
    ///
    /// One has vanished if for three rounds no worker reported it, although the queue has nothing left, or
    /// has already given out something that was published later. A process that slept closes one round when
    /// it wakes, not all those that it missed.
    mutating func closeRound(_ now: Instant, _ actions: inout [LedgerAction]) {
        guard let due = nextRound, due <= now else { return }
        nextRound = now + policy.reportInterval
        // While the broker cannot be asked, nobody's silence means anything.
        guard let queue else { return }
        for range in inOrder(out.keys) {
            guard var entry = out[range], entry.isConfirmed, entry.isPublished else { continue }
            // The time that it spent in a full queue, where no worker could hold it, is no evidence.
            let isPassed = queue.ready == 0 || latestAnswered > entry.sequence
            entry.roundsUnheld = entry.isHeld || !isPassed ? 0 : entry.roundsUnheld + 1
            entry.isHeld = false
            out[range] = entry
            guard entry.roundsUnheld >= policy.roundsUntilVanished else { continue }
            guard isRunning else {
                strikeOff(range, &actions)
                continue
            }
            counters.republished += 1
            actions.append(.notice(.vanished(range)))
            publish(range, &actions)
        }
    }
}
