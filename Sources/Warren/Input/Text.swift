/// The text of one fragment: whole lines, each of them in exactly one fragment of the job.
///
/// A line belongs to the fragment in which it starts, so the first bytes of a fragment may be another's, and
/// its last line may reach beyond its end.
public struct Text: Sendable {
    private let payload: TextPayload

    init(_ payload: TextPayload) {
        self.payload = payload
    }

    /// Calls `body` with the text, a few hundred kilobytes at a time, always whole lines with their ends.
    ///
    /// Only the very last line of a file may lack its newline. Nothing is held but the current chunk, which
    /// grows beyond its usual size only for a line longer than that.
    /// - Throws: ``WarrenError/Code/input`` if a file is not there, cannot be read, or is not the one that
    ///   was submitted; and whatever `body` throws.
    public func forEachChunk(_ body: (Span<UInt8>) throws -> Void) throws {
        switch payload {
        case .lines(let lines):
            if !lines.isEmpty { try body(lines.span) }
        case .files(let pieces):
            var buffer = LineBuffer()
            for piece in pieces {
                try FileReader(piece.file).forEachChunk(of: piece.range, buffer: &buffer, body)
            }
        }
    }

    /// Calls `body` with each line, without its newline (and without the carriage return before it).
    public func forEachLine(_ body: (Span<UInt8>) throws -> Void) throws {
        try forEachChunk { chunk in
            var start = 0
            while start < chunk.count {
                var end = start
                while end < chunk.count, chunk[end] != UInt8(ascii: "\n") { end += 1 }
                let next = end + 1
                if end < chunk.count, end > start, chunk[end - 1] == UInt8(ascii: "\r") { end -= 1 }
                try body(chunk.extracting(start..<end))
                start = next
            }
        }
    }
}
