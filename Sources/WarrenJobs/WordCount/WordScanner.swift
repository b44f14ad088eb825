/// Finds one word after the other, in 64 bytes at a time, of which each is a bit.
///
/// The bits at which letters begin and end come one after the other without a test of the bytes between them, so
/// that neither the length of words nor what stands between them makes the processor guess (as simdjson does;
/// Langdale and Lemire, 2019).
struct WordScanner {
    private static let width = 64

    /// Where the bits stand in the text.
    private var base = -width
    /// The bits at which a word begins, or has ended, of those that have not been looked at.
    private var edges: UInt64 = 0
    /// 1 if the last of the bytes is a letter.
    private var carry: UInt64 = 0

    /// The next word; nil at the end of the text.
    @inline(__always)
    mutating func next(in text: RawSpan) -> ScannedWord? {
        while edges == 0 {
            guard base &+ Self.width < text.byteCount else { return nil }
            load(text)
        }
        let start = takeEdge()
        // A text that ends with a letter goes on with zeros, so that the word has an end.
        while edges == 0 { load(text) }
        return ScannedWord(text, start: start, length: takeEdge() &- start)
    }

    /// How many letters there are from `start` on.
    static func lettersAhead(in text: RawSpan, from start: Int) -> Int {
        var end = start
        while true {
            let letters = EightBytes(text, at: end).leadingLetters
            end += letters
            if letters < 8 { return end - start }
        }
    }

    /// The first of the edges, which there must be.
    @inline(__always)
    private mutating func takeEdge() -> Int {
        defer { edges &= edges &- 1 }
        return base &+ edges.trailingZeroBitCount
    }

    /// Goes on to the next 64 bytes.
    @inline(__always)
    private mutating func load(_ text: RawSpan) {
        base &+= Self.width
        let letters = Self.letters(of: text, at: base)
        edges = letters ^ (letters &<< 1 | carry)
        carry = letters &>> 63
    }

    /// A bit for each of 64 bytes, the first the lowest, set for a letter.
    @inline(__always)
    private static func letters(of text: RawSpan, at offset: Int) -> UInt64 {
        guard text.byteCount &- offset >= width else { return lastLetters(of: text, at: offset) }
        var letters: UInt64 = 0
        for group in 0..<width / 8 {
            let bytes = EightBytes(within: text, at: offset &+ group &* 8)
            letters |= bytes.letterBits &<< UInt64(group &* 8)
        }
        return letters
    }

    /// The same at the end of a text, as if it went on with zeros.
    @inline(never)
    private static func lastLetters(of text: RawSpan, at offset: Int) -> UInt64 {
        var letters: UInt64 = 0
        for group in 0..<width / 8 {
            letters |= EightBytes(text, at: offset &+ group &* 8).letterBits &<< UInt64(group &* 8)
        }
        return letters
    }
}
