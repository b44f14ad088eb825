import AMQP

/// A second copy of what is out for too long, once there is nothing else to do for idle slots: the first answer wins.
///
/// Backup tasks (Dean and Ghemawat, 2004), for jobs whose fragments may run twice at the same time.
extension Ledger {
    /// How often a fragment is looked at again that could not be backed up.
    private static let interval: Duration = .milliseconds(100)

    /// Whether there are slots with nothing to do but to run something twice.
    private var mayBackUp: Bool {
        policy.backups == true && isRunning && isExhausted && halves.isEmpty && suspects.isEmpty
            && sizing.secondsPerUnit != nil && idleSlots > 0
    }

    private var idleSlots: Int { Int(slots) - out.count - out.values.reduce(0) { $0 + $1.copies } }

    /// Sets the time at which a backup may be due.
    mutating func planBackups(_ now: Instant) {
        guard nextBackup == nil, isExhausted, out.count < Int(slots), mayBackUp else {
            return
        }
        nextBackup = nextDue(now)
    }

    /// Publishes once more what has been out for longer than measured times explain.
    mutating func publishBackups(_ now: Instant, _ actions: inout [LedgerAction]) {
        guard let due = nextBackup, due <= now else { return }
        nextBackup = nil
        guard mayBackUp else { return }
        let late = out.filter { isCandidate($0.value) && self.due($0.key, $0.value) <= now }
            .sorted { $0.value.publishedAt < $1.value.publishedAt }
        for (range, entry) in late.prefix(idleSlots) {
            counters.backups += 1
            publish(range, isBackup: true, &actions)
            out[range]?.copies = entry.copies + 1
            out[range]?.publishedAt = entry.publishedAt
        }
        nextBackup = nextDue(now)
    }

    private func nextDue(_ now: Instant) -> Instant {
        let dues = out.filter { isCandidate($0.value) }.map { due($0.key, $0.value) }
        return max(dues.min() ?? now + .seconds(1), now + Self.interval / 10)
    }

    private func isCandidate(_ entry: Entry) -> Bool {
        entry.isPublished && !entry.isAlone && entry.copies == 0
    }

    /// When a fragment is later than can be explained: by its size and by how much times differ, after waiting for
    /// the one before it.
    private func due(_ range: UnitRange, _ entry: Entry) -> Instant {
        let expected = (sizing.secondsPerUnit ?? 0) * Double(range.unitCount)
        let waiting = min(max(sizing.secondsPerFragment ?? 0, expected), Self.ahead)
        let explained =
            waiting + expected * (1.2 + 2 * min(sizing.deviation, 0.5)) + 3 * (roundTrip.seconds ?? 0)
        return entry.publishedAt + .nanoseconds(Int64(min(explained, 1e8) * 1e9)) + Self.interval / 2
    }
}
