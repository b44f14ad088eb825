/// What ``Drill`` counted, beside what it should be.
///
/// In JSON the sums are whole numbers of up to 128 bits.
public struct DrillReport: Hashable, Sendable, Encodable, CustomStringConvertible {
    let counted: DrillSums
    let expected: DrillSums

    private enum CodingKeys: String, CodingKey { case units, sum, sumOfSquares, expected }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try encode(counted, to: &container)
        var nested = container.nestedContainer(keyedBy: CodingKeys.self, forKey: .expected)
        try encode(expected, to: &nested)
    }

    private func encode(_ sums: DrillSums, to container: inout KeyedEncodingContainer<CodingKeys>) throws {
        try container.encode(sums.count, forKey: .units)
        try container.encode(sums.sum, forKey: .sum)
        try container.encode(sums.sumOfSquares, forKey: .sumOfSquares)
    }

    public var description: String { "\(counted): as expected" }
}
