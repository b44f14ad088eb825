/// What a process has said and how it ended: a plain value.
struct Transcript: Sendable {
    enum Stream: Sendable { case output, error }

    struct Line: Sendable {
        /// Counts from 0, over both streams.
        let index: Int
        let stream: Stream
        let text: String
    }

    private(set) var lines: [Line] = []
    private(set) var end: ProcessEnd?
    private(set) var output: [UInt8] = []
    private var unfinished: [Stream: [UInt8]] = [:]
    private var closed: Set<Stream> = []

    /// Whether it has ended and all that it said is here.
    var isComplete: Bool { end != nil && closed.count == 2 }

    /// Takes what arrived; nothing means that the stream has ended.
    mutating func append(_ bytes: some Collection<UInt8>, to stream: Stream) {
        guard !bytes.isEmpty else {
            closed.insert(stream)
            if let rest = unfinished.removeValue(forKey: stream), !rest.isEmpty {
                append(line: rest, to: stream)
            }
            return
        }
        if stream == .output { output += bytes }
        // A display that redraws itself ends its lines with a carriage return.
        var rest = (unfinished[stream] ?? [])[...] + bytes
        while let newline = rest.firstIndex(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            append(line: Array(rest[..<newline]), to: stream)
            rest = rest[(newline + 1)...]
        }
        unfinished[stream] = Array(rest)
    }

    mutating func end(_ end: ProcessEnd) {
        self.end = end
    }

    private mutating func append(line: [UInt8], to stream: Stream) {
        lines.append(Line(index: lines.count, stream: stream, text: String(decoding: line, as: UTF8.self)))
    }

    /// The last of it, for an error message.
    func tail(_ count: Int = 30) -> String {
        let said = lines.suffix(count).map { ($0.stream == .output ? "  1| " : "  2| ") + $0.text }
        return (said + [end.map { "  (\($0))" } ?? "  (still runs)"]).joined(separator: "\n")
    }
}
