public import Warren

/// A checksum of unit numbers: a lost unit, or one that was counted twice, shows in it, and two such faults hide
/// each other only if all three numbers agree.
public struct DrillSums: Hashable, Sendable, CustomStringConvertible {
    let count: UInt64
    let sum: UInt128
    let sumOfSquares: UInt128

    init(count: UInt64 = 0, sum: UInt128 = 0, sumOfSquares: UInt128 = 0) {
        self.count = count
        self.sum = sum
        self.sumOfSquares = sumOfSquares
    }

    /// The sums of all numbers of a range, by closed formulas.
    ///
    /// - Precondition: The range ends at 10¹² at the latest.
    init(of range: Range<UInt64>) {
        self.init(
            count: range.upperBound - range.lowerBound,
            sum: Self.sum(below: range.upperBound) - Self.sum(below: range.lowerBound),
            sumOfSquares: Self.squares(below: range.upperBound) - Self.squares(below: range.lowerBound)
        )
    }

    /// Wraps around rather than trap, since the numbers come from the network.
    mutating func add(_ other: DrillSums) {
        self = DrillSums(
            count: count &+ other.count,
            sum: sum &+ other.sum,
            sumOfSquares: sumOfSquares &+ other.sumOfSquares
        )
    }

    public var description: String { "\(count) units, sum \(sum), sum of squares \(sumOfSquares)" }

    private static func sum(below end: UInt64) -> UInt128 {
        guard end > 0 else { return 0 }
        let last = UInt128(end - 1)
        return last * (last + 1) / 2
    }

    private static func squares(below end: UInt64) -> UInt128 {
        guard end > 0 else { return 0 }
        let last = UInt128(end - 1)
        return last * (last + 1) * (2 * last + 1) / 6
    }
}

/// On the wire: the three numbers as varints.
extension DrillSums: Payload {
    public static var contentType: String { "application/octet-stream" }

    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(48)
        bytes.appendVarint(count)
        bytes.appendVarint(sum)
        bytes.appendVarint(sumOfSquares)
        return bytes
    }

    public init(decoding bytes: [UInt8]) throws {
        var reader = VarintReader(bytes)
        self.init(count: try reader.next(), sum: try reader.next(), sumOfSquares: try reader.next())
        try reader.finish()
    }
}
