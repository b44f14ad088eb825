extension WordTable {
    /// The most frequent words, the most frequent first, equally frequent ones in ASCII order.
    ///
    /// Costs one pass over the table and a sort of twice `limit` entries now and then, not a sort of all.
    func mostFrequent(_ limit: Int) -> [Entry] {
        let limit = min(limit, entries.count)
        guard limit > 0 else { return [] }
        var best: [Entry] = []
        var cutOff: Entry?
        for entry in entries {
            if let cutOff, !precedes(entry, cutOff) { continue }
            best.append(entry)
            guard best.count >= limit * 2 else { continue }
            best.sort(by: precedes)
            best.removeLast(best.count - limit)
            cutOff = best.last
        }
        best.sort(by: precedes)
        return Array(best.prefix(limit))
    }

    func text(of entry: Entry) -> String {
        String(decoding: letters(of: entry.word), as: UTF8.self)
    }

    private func precedes(_ first: Entry, _ second: Entry) -> Bool {
        guard first.count == second.count else { return first.count > second.count }
        if first.word.isInline, second.word.isInline {
            // The first letter is the lowest byte, and nothing sorts before a letter.
            return (first.word.first.byteSwapped, first.word.second.byteSwapped)
                < (second.word.first.byteSwapped, second.word.second.byteSwapped)
        }
        return letters(of: first.word).lexicographicallyPrecedes(letters(of: second.word))
    }

    private func letters(of word: ScannedWord) -> ArraySlice<UInt8> {
        guard word.isInline else { return letters[word.start..<word.start + word.length] }
        return (0..<word.length).map {
            UInt8(truncatingIfNeeded: ($0 < 8 ? word.first : word.second) >> (8 * ($0 % 8)))
        }[...]
    }
}
