/// How long to wait before trying again: twice as long each time, and never the same for everybody.
package struct Backoff: Sendable {
    private let first: Duration
    private let longest: Duration
    private var tries = 0

    package init(first: Duration = .milliseconds(100), longest: Duration = .seconds(5)) {
        self.first = first
        self.longest = longest
    }

    /// The next delay: between half and all of `first` × 2ⁿ, at most `longest`.
    ///
    /// The jitter keeps a thousand workers from coming back to a restarted broker in the same millisecond.
    package mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let full = min(first * Double(1 << min(tries, 20)), longest)
        tries += 1
        return full * Double.random(in: 0.5...1, using: &generator)
    }

    package mutating func reset() { tries = 0 }
}

extension Duration {
    fileprivate static func * (duration: Duration, factor: Double) -> Duration {
        .nanoseconds(Int64(Double(duration.nanoseconds) * factor))
    }
}
