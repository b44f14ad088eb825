/// A word as it was found in a text.
struct ScannedWord {
    /// The offset of its first letter.
    let start: Int
    /// In bytes, which are letters.
    let length: Int
    /// The letters themselves, lower-cased, if there are no more than eight; otherwise a hash of them.
    let key: UInt64

    @inline(__always)
    var isInline: Bool { length <= WordScanner.inlineLetters }
}

/// Finds one word after the other. Most words are one load, one mask and no loop.
struct WordScanner {
    /// Words up to this length are their own key.
    static let inlineLetters = 8

    private var position: Int

    init(at position: Int = 0) {
        self.position = position
    }

    @inline(__always)
    mutating func next(in text: RawSpan) -> ScannedWord? {
        while position < text.byteCount {
            let bytes = EightBytes(text, at: position)
            let gap = bytes.bytesBeforeLetter
            guard gap == 0 else {
                position &+= gap
                continue
            }
            let length = bytes.leadingLetters
            guard length < 8 else { return longWord(in: text, after: bytes.lowered) }
            defer { position &+= length &+ 1 }
            return ScannedWord(start: position, length: length, key: bytes.first(length))
        }
        return nil
    }

    /// Goes on with a word of eight letters or more.
    private mutating func longWord(in text: RawSpan, after letters: UInt64) -> ScannedWord {
        let start = position
        position &+= 8
        var bytes = EightBytes(text, at: position)
        var length = bytes.leadingLetters
        guard length > 0 else {
            position &+= 1
            return ScannedWord(start: start, length: 8, key: letters)
        }
        var hash = Self.scramble(letters)
        while length == 8 {
            hash = Self.scramble(hash ^ bytes.lowered)
            position &+= 8
            bytes = EightBytes(text, at: position)
            length = bytes.leadingLetters
        }
        hash = Self.scramble(hash ^ bytes.first(length))
        let end = position &+ length
        position = end &+ 1
        return ScannedWord(start: start, length: end &- start, key: hash)
    }

    /// A product of 128 bits folded into 64, in which every bit of the input tells (as in wyhash, Wang Yi 2019).
    @inline(__always)
    static func scramble(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
