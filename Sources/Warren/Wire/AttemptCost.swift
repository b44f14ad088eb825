/// What an attempt took.
package struct AttemptCost: Sendable, Hashable, Codable {
    /// When it began, in seconds since 1970, by its worker's clock.
    package var started: Double
    package var seconds: Double
    /// Of all threads and processes that worked on it.
    package var cpuSeconds: Double
    /// The most memory that a process had which ran it, in bytes: of a command its own, of an executor its peak so far.
    package var peakMemory: UInt64

    package init(started: Double = 0, seconds: Double = 0, cpuSeconds: Double = 0, peakMemory: UInt64 = 0) {
        self.started = started
        self.seconds = seconds
        self.cpuSeconds = cpuSeconds
        self.peakMemory = peakMemory
    }
}

extension AttemptCost {
    /// As it travels: milliseconds since 1970, microseconds, microseconds of processor time, bytes.
    var wholeNumbers: [UInt64] {
        func whole(_ number: Double) -> UInt64 { UInt64(min(max(number, 0), 1e15)) }
        return [whole(started * 1e3), whole(seconds * 1e6), whole(cpuSeconds * 1e6), peakMemory]
    }

    /// - Precondition: Four numbers.
    init(wholeNumbers numbers: [UInt64]) {
        self.init(
            started: Double(numbers[0]) / 1e3,
            seconds: Double(numbers[1]) / 1e6,
            cpuSeconds: Double(numbers[2]) / 1e6,
            peakMemory: numbers[3]
        )
    }
}
