/// Counts words as anybody would who has time.
struct NaiveWordCount {
    private(set) var counts: [String: UInt64] = [:]

    init(_ text: [UInt8]) {
        var word = ""
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z":
                word += String(scalar).lowercased()
            default:
                add(word)
                word = ""
            }
        }
        add(word)
    }

    var total: UInt64 { counts.values.reduce(0, +) }

    /// All words in the order of the result, as lines of it.
    var lines: [String] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
    }

    private mutating func add(_ word: String) {
        if !word.isEmpty { counts[word, default: 0] += 1 }
    }
}
