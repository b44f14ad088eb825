/// Whether a worker's fragments are so short that more of them should be on their way to it.
struct Pace: Sendable {
    private var secondsPerFragment = 0.01
    private(set) var isFast = false

    /// Below this, a slot would wait for its next fragment longer than it works on one.
    private static let fast = 0.001
    /// Above this, a long prefetch would park work behind a slow slot. The gap keeps it from flapping.
    private static let slow = 0.002
    /// Some hundreds of short fragments are needed to bring the mean down, one long one brings it up: a job
    /// begins with short ones anyway, and consuming anew may give a fragment out twice.
    private static let weight = 0.01

    /// How many fragments an executor may have: one that runs, and others, so that it need not wait for the next.
    /// Waking a process that sleeps costs 40 µs; they are taken back if what runs takes long and another slot is idle.
    var lookahead: Int { secondsPerFragment < Self.fast ? 32 : 2 }

    /// - Returns: Whether ``isFast`` has changed.
    mutating func measured(_ seconds: Double) -> Bool {
        let weight = seconds > secondsPerFragment ? 0.5 : Self.weight
        secondsPerFragment += weight * (seconds - secondsPerFragment)
        let before = isFast
        if secondsPerFragment < Self.fast { isFast = true }
        if secondsPerFragment > Self.slow { isFast = false }
        return isFast != before
    }
}
