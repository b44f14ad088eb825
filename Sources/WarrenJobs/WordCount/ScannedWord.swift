/// A word as it was found in a text, or as a table keeps it.
struct ScannedWord {
    /// Words of no more letters are their own key.
    static let inlineLetters = 16

    /// The offset of its first letter.
    let start: Int
    /// In bytes, which are letters.
    let length: Int
    /// The first eight letters, lower-cased, the first the lowest byte; of a long word, a hash of all letters.
    let first: UInt64
    /// The letters after those, zero where there are none; of a long word, its last eight letters.
    let second: UInt64

    @inline(__always)
    var isInline: Bool { length <= Self.inlineLetters }

    /// The letters of a text from `start` on, at least one.
    @inline(__always)
    init(_ text: RawSpan, start: Int, length: Int) {
        guard length <= Self.inlineLetters else {
            self.init(long: text, start: start, length: length)
            return
        }
        let isAtEnd = text.byteCount &- start < Self.inlineLetters
        let head = isAtEnd ? EightBytes(text, at: start) : EightBytes(within: text, at: start)
        let tail = isAtEnd ? EightBytes(text, at: start &+ 8) : EightBytes(within: text, at: start &+ 8)
        // No test of whether there are more than eight letters: the processor could only guess.
        self.init(
            start: start,
            length: length,
            first: head.first(min(length, 8)),
            second: tail.first(max(length &- 8, 0))
        )
    }

    /// A word of more letters than are kept in the key.
    @inline(never)
    private init(long text: RawSpan, start: Int, length: Int) {
        var hash: UInt64 = 0
        for offset in stride(from: 0, to: length, by: 8) {
            // The last eight letters overlap those before.
            hash = Self.scramble(hash ^ EightBytes(text, at: start + min(offset, length - 8)).lowered)
        }
        let last = EightBytes(text, at: start + length - 8).lowered
        self.init(start: start, length: length, first: hash, second: last)
    }

    /// A word whose key is known.
    init(start: Int, length: Int, first: UInt64, second: UInt64) {
        self.start = start
        self.length = length
        self.first = first
        self.second = second
    }

    /// The same word in another place.
    func moved(to start: Int) -> ScannedWord {
        ScannedWord(start: start, length: length, first: first, second: second)
    }

    /// Whether the keys are the same: of words up to 16 letters that says that the words are.
    @inline(__always)
    func hasKey(of other: ScannedWord) -> Bool {
        (first ^ other.first) | (second ^ other.second) | UInt64(bitPattern: Int64(length ^ other.length))
            == 0
    }

    /// Of all bits of the key.
    @inline(__always)
    var hash: UInt64 { Self.scramble(first ^ (second &* 0x9E37_79B9_7F4A_7C15)) }

    /// A product of 128 bits folded into 64, in which every bit of the input tells (as in wyhash, Wang Yi 2019).
    @inline(__always)
    private static func scramble(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
