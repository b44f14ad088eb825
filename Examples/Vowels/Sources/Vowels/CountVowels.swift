import Warren

/// Counts how often each vowel occurs in a text, in either case.
struct CountVowels: Job {
    static let kind: JobKind = "vowels"
    static let summary = "counts each vowel of a text"

    struct Parameters: JobParameters {
        @Parameter("the ASCII letters to count") var letters = "aeiou"
    }

    private let letters: [UInt8]

    init(parameters: Parameters) { letters = Array(parameters.letters.lowercased().utf8) }

    func source(for input: JobInput) throws -> TextSource { try TextSource(input) }

    func run(_ text: Text, in context: FragmentContext) throws -> [UInt64] {
        var seen = [UInt64](repeating: 0, count: 256)
        try text.forEachChunk { chunk in
            try context.checkCancellation()
            for index in chunk.indices { seen[Int(chunk[index] | 0x20)] += 1 }
        }
        return letters.map { seen[Int($0)] }
    }

    var identity: [UInt64] { letters.map { _ in 0 } }

    func merge(_ partial: [UInt64], into total: inout [UInt64]) {
        // Partials come from the network: no index out of range, no overflow that traps.
        total = zip(total, partial).map { $0 &+ $1 }
    }

    func result(of total: [UInt64]) -> String {
        zip(letters, total).map { "\(UnicodeScalar($0)) \($1)" }.joined(separator: "\n")
    }
}
