import AMQP

/// What has been measured of a job's units, and how large that says its next fragments should be.
struct Sizing: Sendable, Codable, Hashable {
    /// The latest estimate of the time that one unit takes; nil before the first reply.
    private(set) var secondsPerUnit: Double?
    /// The time that the latest fragments took.
    private(set) var secondsPerFragment: Double?
    /// The largest fragment that was measured.
    private var largest: UInt64 = 0

    /// How much a fragment may outgrow the largest that was measured: an estimate from a tiny one is mostly
    /// the cost of starting.
    private static let growth: UInt64 = 8
    /// The weight of the latest measurement: costs drift along the input.
    private static let weight = 0.4

    mutating func measured(units: UInt64, seconds: Double) {
        guard seconds.isFinite else { return }
        let seconds = max(seconds, 1e-7)
        let perUnit = seconds / Double(units)
        secondsPerUnit = secondsPerUnit.map { $0 + Self.weight * (perUnit - $0) } ?? perUnit
        secondsPerFragment = secondsPerFragment.map { $0 + Self.weight * (seconds - $0) } ?? seconds
        largest = max(largest, units)
    }

    /// The units that take `seconds`, as far as is known; nil before anything was measured.
    func units(taking seconds: Double) -> UInt64? {
        guard let secondsPerUnit else { return nil }
        return UInt64(min(max(seconds / secondsPerUnit, 1), 1e15))
    }

    /// The most units that a fragment may have after those measured so far.
    var limit: UInt64 {
        let (limit, isTooLarge) = largest.multipliedReportingOverflow(by: Self.growth)
        return isTooLarge ? .max : limit
    }
}

extension Ledger {
    /// How many fragments may be out: enough that every slot has one and the next is already at its worker.
    ///
    /// Fragments far shorter than a round trip need more of them on the way, unless they can be made longer.
    var window: Int {
        if let window = policy.window { return max(window, 1) }
        let slots = max(queue?.consumers ?? 1, 1)
        guard policy.fragmentSize != nil, let seconds = sizing.secondsPerFragment, seconds < 0.001 else {
            return 2 * slots
        }
        return slots * (2 + min(Int(0.004 / seconds), 62))
    }

    /// How large the next fragment should be: the target time's worth, and towards the end so little that all
    /// slots finish together.
    ///
    /// Guided self-scheduling (Polychronopoulos and Kuck, 1987): never more than what remains ÷ (2 × slots).
    var nextSize: UInt64 {
        if let size = policy.fragmentSize { return max(size, 1) }
        let target = policy.target.seconds
        guard let units = sizing.units(taking: target), let least = sizing.units(taking: target / 16) else {
            return grain
        }
        var size = min(units, max(sizing.limit, grain))
        if let unitCount {
            let slots = UInt64(max(queue?.consumers ?? 1, 1))
            let remaining = unitCount - min(unitsTaken, unitCount)
            size = min(size, max(remaining / (2 * slots), least))
        }
        return max(size, grain)
    }
}
