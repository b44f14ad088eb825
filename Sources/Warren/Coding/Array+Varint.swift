extension [UInt8] {
    /// Appends a number in the form that ``VarintReader`` reads: a byte for each seven bits, one for a small number.
    @inlinable
    public mutating func appendVarint(_ value: some FixedWidthInteger & UnsignedInteger) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}
