#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What each unit of a simulated job costs, in seconds on a slot of speed 1. It follows from the unit's number alone,
/// so that a run of units costs the same however it is cut.
package enum CostModel: Sendable, Hashable {
    case equal(Double)
    /// From the first unit to the last, in a straight line.
    case ramp(from: Double, to: Double)
    /// Log-normal with this median; sigma 2 makes one in a hundred cost a hundred times the median.
    case logNormal(median: Double, sigma: Double)
    /// A share of the units costs so many times what the others do.
    case giants(base: Double, share: Double, factor: Double)

    /// What a run of units costs.
    ///
    /// A random cost takes time linear in the number of units: some 2 ns each.
    package func seconds(of range: Range<UInt64>, in units: UInt64) -> Double {
        let count = Double(range.count)
        switch self {
        case .equal(let cost): return cost * count
        case .ramp(let from, let to):
            let middle = (Double(range.lowerBound) + Double(range.upperBound - 1)) / 2
            return count * (from + (to - from) * middle / Double(max(units - 1, 1)))
        case .logNormal(let median, let sigma):
            let table = Self.normal
            var sum = 0.0
            if sigma == 2 {
                for unit in range { sum += Self.squaredNormal[Self.index(unit)] }
                return sum * median
            }
            for unit in range { sum += exp(sigma * table[Self.index(unit)]) }
            return sum * median
        case .giants(let base, let share, let factor):
            let threshold = UInt64(share * 0x1p64)
            var giants = 0
            for unit in range where Self.hash(unit) < threshold { giants += 1 }
            return base * (count - Double(giants) + factor * Double(giants))
        }
    }

    /// The finaliser of SplitMix64.
    private static func hash(_ unit: UInt64) -> UInt64 {
        var word = (unit &+ 1) &* 0x9E37_79B9_7F4A_7C15
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    private static func index(_ unit: UInt64) -> Int { Int(hash(unit) >> 48) }

    /// The normal distribution at 65,536 evenly spaced quantiles.
    private static let normal: [Double] = (0..<65_536).map { quantile((Double($0) + 0.5) / 65_536) }
    private static let squaredNormal: [Double] = normal.map { exp(2 * $0) }

    /// The inverse of the normal distribution, by bisection of `erfc`.
    private static func quantile(_ probability: Double) -> Double {
        var (low, high) = (-9.0, 9.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if erfc(-middle / 2.squareRoot()) / 2 < probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
