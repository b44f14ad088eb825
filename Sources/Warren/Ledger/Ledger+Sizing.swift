import AMQP

/// How much is out, and in pieces of which size.
extension Ledger {
    /// How long a fragment may wait where a slot can take it, in seconds. Longer fragments have less ahead of them: the
    /// time in which the next one comes is nothing beside them, and what waits is late for somebody else.
    private static let ahead = 0.4
    /// No slot has more than this on the way to it.
    private static let mostAhead = 127.0
    /// Fragments that cannot be made longer may wait for so long in any case, in seconds: nobody is late for that, and a
    /// broker that can take many at a time does so.
    private static let together = 0.02
    /// Answers a second that a coordinator folds with ease.
    private static let answersPerSecond = 1000.0

    /// The slots that are there for this job.
    var slots: Double { max(Double(max(queue?.consumers ?? 1, 1)) * share, 1) }

    /// How many fragments may be out: slots × (1 + round trip ÷ service time), by Little's law (1961), and enough that
    /// the next fragment is at hand when a slot falls idle.
    ///
    /// The round trip matters only for fragments that cannot be made longer; others soon are.
    var window: Int {
        if let window = policy.window { return max(window, 1) }
        guard let service = sizing.secondsPerFragment else { return Int((2 * slots).rounded(.up)) }
        var ahead = min(Self.ahead / service, 1)
        if policy.fragmentSize != nil, let trip = roundTrip.seconds {
            ahead = max(ahead, min(max(trip, Self.together) / service, Self.mostAhead))
        }
        return Int((slots * (1 + ahead)).rounded(.up))
    }

    /// How long a fragment should take, in seconds; longer if there are so many slots that their answers would be more
    /// than one coordinator folds.
    var target: Double { max(policy.target.seconds, slots / Self.answersPerSecond) }

    /// How large the next fragment should be: the target time's worth, and towards the end so little that all
    /// slots finish together.
    ///
    /// Guided self-scheduling (Polychronopoulos and Kuck, 1987): never more than what remains ÷ (2 × slots).
    var nextSize: UInt64 {
        if let size = policy.fragmentSize { return max(size, 1) }
        guard let units = sizing.units(taking: target), let least = sizing.units(taking: target / 16) else {
            return grain
        }
        var size = min(units, max(sizing.limit, grain))
        if let unitCount {
            let remaining = unitCount - min(unitsTaken, unitCount)
            size = min(size, max(UInt64(Double(remaining) / (2 * slots)), least))
        }
        return max(size, grain)
    }
}
