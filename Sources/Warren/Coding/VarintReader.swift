/// Reads a compact payload: unsigned numbers of seven bits a byte, the lowest first, with the high bit set on all but the last
/// byte (LEB128).
///
/// Accepts only the shortest form, so that equal values are equal bytes.
public struct VarintReader: Sendable {
    @usableFromInline let bytes: [UInt8]
    @usableFromInline var at = 0

    /// How many bytes have been read.
    @inlinable public var position: Int { at }

    @inlinable
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// How many bytes have not been read.
    @inlinable public var remaining: Int { bytes.count - at }

    /// - Throws: ``WarrenError/Code/incompatible`` if the bytes end within the number, or if it is not in its
    ///   shortest form, or too large for `Value`.
    @inlinable
    public mutating func next<Value: FixedWidthInteger & UnsignedInteger>(
        _: Value.Type = Value.self
    ) throws -> Value {
        var value: Value = 0
        var shift = 0
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            let digit = Value(byte & 0x7F)
            guard shift < Value.bitWidth, (digit << shift) >> shift == digit else {
                throw WarrenError(.incompatible, "a number is too large for \(Value.bitWidth) bits")
            }
            value |= digit << shift
            if byte < 0x80 {
                guard byte > 0 || shift == 0 else {
                    throw WarrenError(.incompatible, "a number is longer than it needs to be")
                }
                return value
            }
            shift += 7
        }
        throw WarrenError(.incompatible, "the bytes end within a number, after \(bytes.count) of them")
    }

    /// The next `count` bytes as they are.
    ///
    /// - Throws: ``WarrenError/Code/incompatible`` if so many are not left.
    public mutating func next(bytes count: Int) throws -> [UInt8] {
        guard (0...remaining).contains(count) else {
            throw WarrenError(.incompatible, "\(count) bytes should follow, and \(remaining) do")
        }
        defer { at += count }
        return Array(bytes[at..<at + count])
    }

    /// Passes over bytes that were read by other means.
    @inlinable
    public mutating func skip(to position: Int) {
        at = position
    }

    /// - Throws: ``WarrenError/Code/incompatible`` if any bytes are left.
    public func finish() throws {
        guard remaining == 0 else {
            throw WarrenError(.incompatible, "\(remaining) bytes follow where there should be none")
        }
    }
}
