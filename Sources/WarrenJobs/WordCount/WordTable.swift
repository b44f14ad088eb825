/// Words and how often each occurs.
///
/// A hash table with open addressing, in three flat arrays, so that no word costs an allocation of its own:
/// the entries in the order in which their words were first seen, an index of eight bytes a place into them,
/// and the letters of the words that do not fit their entry.
public struct WordTable: Sendable {
    struct Entry {
        let word: ScannedWord
        var count: UInt64
    }

    /// The places of the index when the first word comes.
    private static let initialPlaces = 2048

    /// Each word is a ``ScannedWord`` of ``letters``; one of up to sixteen letters is in its key alone.
    var entries: [Entry] = []
    var letters: [UInt8] = []
    /// Upper half: a hash of the word. Lower half: the number of its entry plus 1. All zero: an empty place.
    /// The count of places is a power of two; at most a quarter of them are taken, so that few words are looked for
    /// in a second place, which the processor would not foresee.
    var index: [UInt64] = []

    public init() {}

    /// The number of words, each as often as it occurs.
    ///
    /// Wraps around rather than trap, since counts come from the network.
    var total: UInt64 { entries.reduce(0) { $0 &+ $1.count } }

    /// The number of different words.
    var distinct: Int { entries.count }

    /// Adds `count` occurrences of a word of `text`.
    ///
    /// - Returns: Whether it is the word's first time here.
    @discardableResult
    mutating func add(_ word: ScannedWord, of text: RawSpan, count: UInt64) -> Bool {
        if entries.count &* 4 >= index.count { reserve(entries.count + 1) }
        let place = Self.place(
            of: word,
            in: text,
            index: index.span,
            entries: entries.span,
            letters: letters.span.bytes
        )
        if let number = Self.entryNumber(index[place]) {
            entries[number].count &+= count
            return false
        }
        let stored = store(word, of: text)
        entries.append(Entry(word: stored, count: count))
        index[place] = Self.indexed(stored, entry: entries.count - 1)
        return true
    }

    /// Adds all words of another table.
    mutating func merge(_ other: WordTable) {
        if entries.isEmpty {
            self = other
            return
        }
        for entry in other.entries {
            add(entry.word, of: other.letters.span.bytes, count: entry.count)
        }
    }

    /// Makes room for `count` different words.
    mutating func reserve(_ count: Int) {
        var places = max(index.count, Self.initialPlaces)
        while places < count * 4 { places *= 2 }
        guard places > index.count else { return }
        index = [UInt64](repeating: 0, count: places)
        for (number, entry) in entries.enumerated() {
            let indexed = Self.indexed(entry.word, entry: number)
            var place = Self.firstPlace(indexed, places: places)
            while index[place] != 0 { place = (place + 1) & (places - 1) }
            index[place] = indexed
        }
    }

    private mutating func store(_ word: ScannedWord, of text: RawSpan) -> ScannedWord {
        guard !word.isInline else { return word.moved(to: 0) }
        let start = letters.count
        for offset in word.start..<word.start + word.length {
            letters.append(text.unsafeLoad(fromByteOffset: offset, as: UInt8.self) | 0x20)
        }
        return word.moved(to: start)
    }
}
