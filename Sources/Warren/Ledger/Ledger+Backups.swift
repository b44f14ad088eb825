import AMQP

/// A second copy of what is out for too long, once there is nothing else to do for idle slots: the first answer wins.
///
/// Backup tasks (Dean and Ghemawat, 2004), for jobs whose fragments may run twice at the same time.
extension Ledger {
    /// How often a fragment is looked at again that could not be backed up.
    private static let interval: Duration = .milliseconds(20)

    /// Whether there is nothing else to do for a slot that falls idle: nothing to send, and nothing in the queue.
    private var mayBackUp: Bool {
        policy.backups == true && isRunning && isExhausted && halves.isEmpty && suspects.isEmpty
            && sizing.secondsPerUnit != nil && queue?.ready == 0
    }

    /// Sets the time at which a backup may be due.
    mutating func planBackups(_ now: Instant) {
        guard nextBackup == nil, isExhausted, !out.isEmpty, mayBackUp else { return }
        nextBackup = nextDue(now)
    }

    /// Publishes once more what has been out for longer than measured times explain.
    ///
    /// Whoever holds what is late is no help: the slots that are not busy with the rest are taken to be idle.
    mutating func publishBackups(_ now: Instant, _ actions: inout [LedgerAction]) {
        guard let due = nextBackup, due <= now else { return }
        nextBackup = nil
        guard mayBackUp else { return }
        let late = out.filter { isCandidate($0.value) && self.due($0.key, $0.value) <= now }
        let copies = out.values.reduce(0) { $0 + $1.copies }
        let idle = Int(slots) - (out.count - late.count) - copies
        for (range, entry) in late.sorted(by: { $0.value.publishedAt < $1.value.publishedAt })
            .prefix(max(idle, 0))
        {
            counters.backups += 1
            publish(range, isBackup: true, &actions)
            out[range]?.copies = entry.copies + 1
            out[range]?.publishedAt = entry.publishedAt
        }
        nextBackup = nextDue(now)
    }

    private func nextDue(_ now: Instant) -> Instant {
        let dues = out.filter { isCandidate($0.value) }.map { due($0.key, $0.value) }
        return max(dues.min() ?? now + .seconds(1), now + Self.interval)
    }

    private func isCandidate(_ entry: Entry) -> Bool {
        entry.isPublished && !entry.isAlone && entry.copies == 0
    }

    /// When a fragment is later than can be explained: by its size and by how much times differ, after waiting for
    /// those before it that found no slot.
    private func due(_ range: UnitRange, _ entry: Entry) -> Instant {
        let expected = (sizing.secondsPerUnit ?? 0) * Double(range.unitCount)
        let turns = max(Double(entry.ahead + 1) - slots, 0) / slots
        let waiting = turns * max(sizing.secondsPerFragment ?? 0, expected)
        let explained =
            waiting + expected * (1.2 + 2 * min(sizing.deviation, 0.5)) + 3 * (roundTrip.seconds ?? 0)
        return entry.publishedAt + .nanoseconds(Int64(min(explained, 1e8) * 1e9)) + Self.interval
    }
}
