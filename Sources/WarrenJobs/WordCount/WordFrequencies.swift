/// What ``WordCount`` found.
public struct WordFrequencies: Hashable, Sendable, Encodable, CustomStringConvertible {
    public struct Entry: Hashable, Sendable, Encodable {
        /// In lower case.
        public let word: String
        /// How often it occurs.
        public let count: UInt64
    }

    /// The number of words, each as often as it occurs.
    public let total: UInt64
    /// The number of different words.
    public let distinct: Int
    /// The most frequent words, the most frequent first, equally frequent ones in ASCII order.
    public let top: [Entry]

    public var description: String {
        (["total \(total)", "distinct \(distinct)"] + top.map { "\($0.count) \($0.word)" })
            .joined(separator: "\n")
    }
}
