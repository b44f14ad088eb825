/// How long a worker's fragments take, and so how many of them should be on their way to it.
struct Pace: Sendable {
    enum Stage: Sendable {
        /// A slot would wait for its next fragment longer than it works on one.
        case fast
        case steady
        /// What waits behind such a fragment is late for somebody else, and fetching the next takes no time beside it.
        case slow
    }

    private var secondsPerFragment = 0.01
    private(set) var stage = Stage.steady

    /// Where stages change, in seconds; there and back not at the same, lest it flap.
    private static let (fast, notFast) = (0.001, 0.002)
    private static let (slow, notSlow) = (0.5, 0.2)

    /// Deliveries that each slot may have.
    var prefetch: UInt16 {
        switch stage {
        case .fast: 128
        case .steady: 2
        case .slow: 1
        }
    }

    /// How many fragments an executor may have: one that runs, and others, so that it need not wait for the next.
    /// Waking a process that sleeps costs 40 µs; they are taken back if what runs takes long and another slot is idle.
    var lookahead: Int { stage == .fast ? 32 : 2 }

    /// Nothing ends any more.
    ///
    /// - Returns: Whether ``prefetch`` has changed.
    mutating func stalled() -> Bool {
        secondsPerFragment = max(secondsPerFragment, Self.slow)
        defer { stage = .slow }
        return stage != .slow
    }

    /// - Returns: Whether ``prefetch`` has changed.
    mutating func measured(_ seconds: Double) -> Bool {
        // Some hundreds of short fragments are needed to bring the mean down, one long one brings it up: a job begins
        // with short ones anyway, and consuming anew may give a fragment out twice.
        let weight = seconds > secondsPerFragment ? 0.5 : secondsPerFragment > 0.01 ? 0.1 : 0.01
        secondsPerFragment += weight * (seconds - secondsPerFragment)
        let before = stage
        switch secondsPerFragment {
        case ..<Self.fast: stage = .fast
        case Self.slow...: stage = .slow
        case Self.notFast..<Self.notSlow: stage = .steady
        case ..<Self.notFast: if stage == .slow { stage = .steady }
        default: if stage == .fast { stage = .steady }
        }
        return stage != before
    }
}
