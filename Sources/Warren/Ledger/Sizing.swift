import AMQP

/// What has been measured of a job's units, and how large that says its next fragments should be.
struct Sizing: Sendable, Codable, Hashable {
    /// The latest estimate of the time that one unit takes; nil before the first reply.
    private(set) var secondsPerUnit: Double?
    /// The time that the latest fragments took.
    private(set) var secondsPerFragment: Double?
    /// By how much fragments take longer or shorter than was expected, as a share of that.
    private(set) var deviation = 0.5
    /// The largest fragment that was measured.
    private var largest: UInt64 = 0
    /// The longest time that one took, in seconds.
    private var longest = 0.0

    /// How much a fragment may outgrow the largest that was measured: an estimate from a tiny one is mostly
    /// the cost of starting, which is nothing beside one of this many seconds.
    private static let (growth, boldGrowth): (UInt64, UInt64) = (8, 32)
    private static let bold = 0.005
    /// The weight of the latest measurement: costs drift along the input.
    private static let weight = 0.4

    mutating func measured(units: UInt64, seconds: Double) {
        guard seconds.isFinite else { return }
        let seconds = max(seconds, 1e-7)
        let perUnit = seconds / Double(units)
        if let expected = secondsPerUnit.map({ $0 * Double(units) }) {
            deviation += Self.weight / 4 * (min(abs(seconds / expected - 1), 10) - deviation)
        }
        secondsPerUnit = secondsPerUnit.map { $0 + Self.weight * (perUnit - $0) } ?? perUnit
        secondsPerFragment = secondsPerFragment.map { $0 + Self.weight * (seconds - $0) } ?? seconds
        largest = max(largest, units)
        longest = max(longest, seconds)
    }

    /// The units that take `seconds`, as far as is known; nil before anything was measured.
    func units(taking seconds: Double) -> UInt64? {
        guard let secondsPerUnit else { return nil }
        return UInt64(min(max(seconds / secondsPerUnit, 1), 1e15))
    }

    /// The most units that a fragment may have after those measured so far.
    var limit: UInt64 {
        let (limit, isTooLarge) = largest.multipliedReportingOverflow(
            by: longest < Self.bold ? Self.growth : Self.boldGrowth
        )
        return isTooLarge ? .max : limit
    }
}
