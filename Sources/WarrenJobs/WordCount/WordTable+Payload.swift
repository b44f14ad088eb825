public import Warren

/// On the wire: the number of words; then for each its count, its letters and a zero byte. Numbers are varints.
extension WordTable: Payload {
    public static var contentType: String { "application/octet-stream" }

    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + entries.count * 12 + letters.count)
        bytes.appendVarint(UInt64(entries.count))
        for entry in entries {
            bytes.appendVarint(entry.count)
            if entry.word.isInline {
                bytes.append(letters: entry.word.first)
                bytes.append(letters: entry.word.second)
            } else {
                bytes += letters[entry.word.start..<entry.word.start + entry.word.length]
            }
            bytes.append(0)
        }
        return bytes
    }

    public init(decoding bytes: [UInt8]) throws {
        self.init()
        let count = try Self.forEachWord(in: bytes) { _, _ in }
        reserve(count)
        entries.reserveCapacity(count)
        var isRepeated = false
        try Self.forEachWord(in: bytes) { word, occurrences in
            isRepeated = isRepeated || !add(word, of: bytes.span.bytes, count: occurrences)
        }
        guard !isRepeated else { throw WarrenError(.incompatible, "a word comes twice") }
    }

    /// Adds all words of an encoded table. Nothing is added if it is none.
    mutating func merge(decoding bytes: [UInt8]) throws {
        guard !entries.isEmpty else {
            self = try WordTable(decoding: bytes)
            return
        }
        try Self.forEachWord(in: bytes) { _, _ in }
        try Self.forEachWord(in: bytes) { word, occurrences in
            add(word, of: bytes.span.bytes, count: occurrences)
        }
    }

    private static func isLowerCase(_ text: RawSpan, _ letters: Range<Int>) -> Bool {
        var common: UInt8 = 0x20
        for offset in letters { common &= text.unsafeLoad(fromByteOffset: offset, as: UInt8.self) }
        return common != 0
    }

    /// Reads an encoded table word by word.
    ///
    /// - Returns: The number of words.
    /// - Throws: ``WarrenError/Code/incompatible`` at the first byte that is wrong.
    @inline(__always)
    @discardableResult
    private static func forEachWord(
        in bytes: [UInt8],
        _ body: (ScannedWord, UInt64) -> Void
    ) throws -> Int {
        var reader = VarintReader(bytes)
        let count = try reader.next(UInt64.self)
        // A word takes at least three bytes: nobody makes us reserve more than some forty times what was sent.
        guard count <= UInt64(reader.remaining / 3) else {
            throw WarrenError(.incompatible, "\(bytes.count) bytes cannot hold the \(count) words announced")
        }
        for _ in 0..<count {
            let occurrences = try reader.next(UInt64.self)
            let start = reader.position
            let end = start + WordScanner.lettersAhead(in: bytes.span.bytes, from: start)
            guard occurrences > 0, end > start, end < bytes.count, bytes[end] == 0,
                isLowerCase(bytes.span.bytes, start..<end)
            else {
                throw WarrenError(.incompatible, "at byte \(start) there should be a word that was counted")
            }
            body(ScannedWord(bytes.span.bytes, start: start, length: end - start), occurrences)
            reader.skip(to: end + 1)
        }
        try reader.finish()
        return Int(count)
    }
}

extension [UInt8] {
    /// Appends letters up to the first zero, the lowest byte first.
    fileprivate mutating func append(letters: UInt64) {
        var rest = letters
        while rest != 0 {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}
