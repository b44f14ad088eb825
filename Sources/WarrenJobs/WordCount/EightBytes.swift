/// Eight bytes of text, classified all at once in one register ("SIMD within a register", Lamport 1975).
struct EightBytes {
    /// The bytes with bit 5 set, which turns capital letters into small ones. The first is the lowest.
    let lowered: UInt64
    /// Bit 7 of each byte that is an ASCII letter.
    private let letters: UInt64

    @inline(__always)
    init(_ bytes: UInt64) {
        lowered = bytes | Self.each(0x20)
        // Bit 7 is masked out, so that no sum carries into the byte above.
        let low = lowered & Self.each(0x7F)
        let atLeastA = low &+ Self.each(0x80 - UInt8(ascii: "a"))
        let aboveZ = low &+ Self.each(0x7F - UInt8(ascii: "z"))
        letters = (atLeastA ^ aboveZ) & ~bytes & Self.each(0x80)
    }

    /// Loads from any text, as if it went on with zeros after its end.
    @inline(__always)
    init(_ text: RawSpan, at offset: Int) {
        guard text.byteCount &- offset >= 8 else {
            self.init(Self.last(text, from: offset))
            return
        }
        self.init(within: text, at: offset)
    }

    /// Loads from a text that does have eight bytes from `offset` on: nothing checks that.
    @inline(__always)
    init(within text: RawSpan, at offset: Int) {
        let bytes = unsafe text.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
        self.init(UInt64(littleEndian: bytes))
    }

    /// A bit for each byte, the first the lowest, set for a letter.
    @inline(__always)
    var letterBits: UInt64 {
        // Moves bit 7 of byte i to bit 56 + i; no two of the products meet in a bit.
        ((letters &>> 7) &* 0x0102_0408_1020_4080) &>> 56
    }

    /// How many bytes from the first on are letters.
    @inline(__always)
    var leadingLetters: Int { (letters ^ Self.each(0x80)).trailingZeroBitCount &>> 3 }

    /// The first `count` bytes, lowered; the others are zero.
    @inline(__always)
    func first(_ count: Int) -> UInt64 {
        // In two halves, since shifting by all 64 bits at once would not shift at all.
        let half = UInt64(truncatingIfNeeded: count &* 4)
        return lowered & ~((UInt64.max &<< half) &<< half)
    }

    @inline(__always)
    private static func each(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// Fewer than eight bytes, at the end of a text.
    @inline(never)
    private static func last(_ text: RawSpan, from offset: Int) -> UInt64 {
        var bytes: UInt64 = 0
        for index in (min(offset, text.byteCount)..<text.byteCount).reversed() {
            bytes = bytes << 8 | UInt64(text.unsafeLoad(fromByteOffset: index, as: UInt8.self))
        }
        return bytes
    }
}
