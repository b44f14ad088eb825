public import Warren

/// Counts the words of a text: how many, how many different ones, and which are the most frequent.
///
/// A word is a maximal run of ASCII letters, lower-cased; every other byte separates words.
public struct WordCount: Job {
    public static let kind: JobKind = "wordcount"
    public static let summary = "counts words and lists the most frequent"
    public static let isPure = true

    public struct Parameters: JobParameters {
        @Parameter("how many of the most frequent words to list") public var top = 20

        public init() {}
    }

    private let top: Int

    /// - Throws: ``WarrenError/Code/usage`` if `top` is negative.
    public init(parameters: Parameters) throws {
        guard parameters.top >= 0 else {
            throw WarrenError(.usage, "top is \(parameters.top); give 0 or more words to list")
        }
        self.top = parameters.top
    }

    public func source(for input: JobInput) throws -> TextSource { try TextSource(input) }

    public func run(_ text: Text, in context: FragmentContext) throws -> WordTable {
        var table = WordTable()
        try text.forEachChunk { chunk in
            try context.checkCancellation()
            table.count(chunk.bytes)
        }
        return table
    }

    public var identity: WordTable { WordTable() }

    public func merge(_ partial: WordTable, into total: inout WordTable) { total.merge(partial) }

    public func merge(decoding bytes: [UInt8], into total: inout WordTable) throws {
        try total.merge(decoding: bytes)
    }

    public func result(of total: WordTable) -> WordFrequencies {
        WordFrequencies(
            total: total.total,
            distinct: total.distinct,
            top: total.mostFrequent(top).map { .init(word: total.text(of: $0), count: $0.count) }
        )
    }
}
