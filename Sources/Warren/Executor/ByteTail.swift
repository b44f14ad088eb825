/// The last bytes of something long, as of what a process says on standard error.
struct ByteTail: Sendable {
    private let limit: Int
    private var bytes: [UInt8] = []
    /// Whether there was more.
    private(set) var isCut = false

    init(limit: Int = 4096) {
        self.limit = limit
    }

    mutating func append(_ more: some Collection<UInt8>) {
        bytes.append(contentsOf: more.suffix(limit))
        guard bytes.count > limit else { return }
        bytes.removeFirst(bytes.count - limit)
        isCut = true
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        isCut = false
    }

    var content: [UInt8] { bytes }

    /// As text, with the first line left out if it is not whole.
    var text: String {
        let whole = isCut ? bytes[((bytes.firstIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)...] : bytes[...]
        return String(decoding: whole, as: UTF8.self)
    }

    /// The last lines, for the end of an error message; empty if there are none.
    func lastLines(_ count: Int = 5) -> String {
        let lines = text.split(separator: "\n").filter { !Self.isStackFrame($0) }.suffix(count)
        return lines.isEmpty ? "" : "; its last words:\n  " + lines.joined(separator: "\n  ")
    }

    /// `12   libfoo.so   0x00007f9b…`, or without the library's name: the Swift runtime prints dozens of
    /// them after what matters.
    private static func isStackFrame(_ line: Substring) -> Bool {
        if line == "Current stack trace:" { return true }
        let words = line.split(separator: " ", maxSplits: 3)
        guard words.count > 1, Int(words[0]) != nil else { return false }
        return words[1...].prefix(2).contains { $0.hasPrefix("0x") }
    }
}
