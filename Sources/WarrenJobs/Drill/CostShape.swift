#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How costs differ from unit to unit: factors with a mean of 1, which follow from a unit's number alone, so that a run of
/// units costs the same however it is cut.
package enum CostShape: String, Sendable, CaseIterable {
    case equal
    /// From the first unit to the last, 100-fold in a straight line.
    case rising
    case falling
    /// Log-normal with sigma 2: one in a hundred costs a hundred times the median.
    case logNormal = "log-normal"
    /// One in a hundred costs a thousand times what the others do.
    case giants

    /// The sum of the factors of a run of units, among so many in all.
    ///
    /// Where costs are random it takes time linear in the number of units: some 2 ns each.
    package func factors(of range: Range<UInt64>, in units: UInt64) -> Double {
        switch self {
        case .equal: return Double(range.count)
        case .rising: return line(from: 2 / 101.0, to: 200 / 101.0, range, units)
        case .falling: return line(from: 200 / 101.0, to: 2 / 101.0, range, units)
        case .logNormal:
            let table = Self.quantiles
            var sum = 0.0
            for unit in range { sum += table[Int(Self.hash(unit) >> 48)] }
            return sum
        case .giants:
            var giants = 0
            for unit in range where Self.hash(unit) < .max / 100 { giants += 1 }
            return (Double(range.count - giants) + 1000 * Double(giants)) / (0.99 + 0.01 * 1000)
        }
    }

    private func line(from: Double, to: Double, _ range: Range<UInt64>, _ units: UInt64) -> Double {
        let middle = (Double(range.lowerBound) + Double(range.upperBound) - 1) / 2
        return Double(range.count) * (from + (to - from) * middle / Double(max(units, 2) - 1))
    }

    /// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
    private static func hash(_ unit: UInt64) -> UInt64 {
        var word = (unit &+ 1) &* 0x9E37_79B9_7F4A_7C15
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// exp(2 z) at 65,536 evenly spaced quantiles z of the normal distribution, over their mean.
    private static let quantiles: [Double] = {
        let factors = (0..<65_536).map { exp(2 * quantile((Double($0) + 0.5) / 65_536)) }
        let mean = factors.reduce(0, +) / Double(factors.count)
        return factors.map { $0 / mean }
    }()

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
