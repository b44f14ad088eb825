// The hot path: it works on spans that were taken once, not on arrays that are checked at each use.
extension WordTable {
    /// Counts the words of a text that tears none of them.
    mutating func count(_ text: RawSpan) {
        if index.isEmpty { reserve(1) }
        var scanner = WordScanner()
        while let word = countKnownWords(of: text, from: &scanner) {
            add(word, of: text, count: 1)
        }
    }

    /// Counts words as long as each is in the table already.
    ///
    /// - Returns: The first that is not; nil at the end of the text.
    private mutating func countKnownWords(
        of text: RawSpan,
        from scanner: inout WordScanner
    ) -> ScannedWord? {
        // Second references, not copies of the arrays: nothing grows before this returns.
        let index = index
        let letters = letters
        var entries = entries.mutableSpan
        while let word = scanner.next(in: text) {
            let place = Self.place(
                of: word,
                in: text,
                index: index.span,
                entries: entries.span,
                letters: letters.span.bytes
            )
            guard let number = Self.entryNumber(index.span[unchecked: place]) else { return word }
            entries[unchecked: number].count &+= 1
        }
        return nil
    }

    /// The place of a word in the index, or the empty one where it belongs.
    @inline(__always)
    static func place(
        of word: ScannedWord,
        in text: RawSpan,
        index: Span<UInt64>,
        entries: Span<Entry>,
        letters: RawSpan
    ) -> Int {
        let sought = indexed(word, entry: -1)
        var place = firstPlace(sought, places: index.count)
        while true {
            let found = index[unchecked: place]
            guard let number = entryNumber(found) else { return place }
            // The upper halves differ for nearly all other words, which saves the look at the entry.
            if (found ^ sought) &>> 32 == 0 {
                let known = entries[unchecked: number].word
                if known.hasKey(of: word), word.isInline || isSame(word, in: text, as: known, in: letters) {
                    return place
                }
            }
            place = (place &+ 1) & (index.count &- 1)
        }
    }

    /// What the index holds for a word: half of its hash, and the number of its entry.
    @inline(__always)
    static func indexed(_ word: ScannedWord, entry number: Int) -> UInt64 {
        word.hash &<< 32 | UInt64(UInt32(truncatingIfNeeded: number &+ 1))
    }

    @inline(__always)
    static func firstPlace(_ indexed: UInt64, places: Int) -> Int {
        Int(truncatingIfNeeded: indexed &>> 32) & (places &- 1)
    }

    @inline(__always)
    static func entryNumber(_ indexed: UInt64) -> Int? {
        let number = Int(truncatingIfNeeded: indexed & 0xFFFF_FFFF)
        return number == 0 ? nil : number &- 1
    }

    /// Compares the letters of two words of the same length, which is more than sixteen.
    private static func isSame(
        _ word: ScannedWord,
        in text: RawSpan,
        as known: ScannedWord,
        in letters: RawSpan
    ) -> Bool {
        var offset = 0
        while offset < word.length {
            // The last eight letters overlap those before.
            let from = min(offset, word.length &- 8)
            let these = EightBytes(text, at: word.start &+ from).lowered
            guard these == EightBytes(letters, at: known.start &+ from).lowered else { return false }
            offset &+= 8
        }
        return true
    }
}
