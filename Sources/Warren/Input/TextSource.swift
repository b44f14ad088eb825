/// Text as units: bytes of files, cut so that no line is torn, or the lines of standard input.
///
/// Files are read where the worker is: a fragment carries their names, sizes and times, never their content,
/// and the submitter does not read them either. A unit is a byte of their concatenation. Lines of standard
/// input travel inside the message, and a unit is a line.
public struct TextSource: FragmentSource {
    private enum Origin: Sendable {
        case files([InputFile], file: Int, offset: UInt64)
        case lines(LineReader)
    }

    /// No more bytes of standard input than this travel in one message, unless a single line is longer.
    static let inlineBound = 256 << 10
    /// No more files than this share a fragment, so that its message stays small.
    static let filesPerFragment = 256

    private var origin: Origin
    private var position: UInt64 = 0
    public let unitCount: UInt64?

    /// - Throws: ``WarrenError/Code/usage`` if there is no input at all.
    public init(_ input: JobInput) throws {
        switch input {
        case .none, .numbers:
            throw WarrenError(
                .usage,
                "this job needs input; name files, directories or patterns with --input, or - for standard input"
            )
        case .files(let files):
            self.origin = .files(files, file: 0, offset: 0)
            self.unitCount = files.reduce(0) { $0 + $1.size }
        case .lines(let reader):
            self.origin = .lines(reader)
            self.unitCount = reader.lineCount
        }
    }

    public var grain: UInt64 {
        if case .files = origin { 256 << 10 } else { 1 }
    }

    public mutating func take(upTo count: UInt64, ready: @escaping @Sendable () -> Void) throws -> Supply {
        switch origin {
        case .files(let files, var file, var offset):
            var pieces: [FilePiece] = []
            var left = count
            while left > 0, file < files.count, pieces.count < Self.filesPerFragment {
                let end = offset + min(left, files[file].size - offset)
                if end > offset { pieces.append(FilePiece(file: files[file], range: offset..<end)) }
                left -= end - offset
                offset = end
                if end == files[file].size {
                    file += 1
                    offset = 0
                }
            }
            origin = .files(files, file: file, offset: offset)
            guard !pieces.isEmpty else { return .exhausted }
            return .fragment(try fragment(of: count - left, payload: TextPayload.files(pieces).encoded()))

        case .lines(let reader):
            // Tagged at once, for copying them is what most of it costs.
            let tag = TextPayload.linesTag
            guard
                let taken = try reader.take(upTo: count, bytes: Self.inlineBound, after: tag, ready: ready)
            else { return .exhausted }
            guard taken.count > 0 else { return .later }
            return .fragment(fragment(of: taken.count, payload: taken.lines))
        }
    }

    private mutating func fragment(of count: UInt64, payload: [UInt8]) -> Fragment {
        defer { position += count }
        return Fragment(range: position..<position + count, payload: payload)
    }

    public static func split(_ fragment: Fragment, at unit: UInt64) throws -> (Fragment, Fragment) {
        let range = fragment.range
        let (first, second) = try TextPayload(decoding: fragment.payload).split(
            after: unit - range.lowerBound
        )
        return (
            Fragment(range: range.lowerBound..<unit, payload: try first.encoded()),
            Fragment(range: unit..<range.upperBound, payload: try second.encoded())
        )
    }

    public static func units(of fragment: Fragment) throws -> Text {
        Text(try TextPayload(decoding: fragment.payload))
    }

    public static func items(of fragment: Fragment) -> [UInt8]? {
        guard case .lines(let lines)? = try? TextPayload(decoding: fragment.payload) else { return nil }
        return lines.last == UInt8(ascii: "\n") ? Array(lines) : Array(lines) + [UInt8(ascii: "\n")]
    }

    public static func describe(_ fragment: Fragment) -> String? {
        switch try? TextPayload(decoding: fragment.payload) {
        case .files(let pieces)?:
            guard let first = pieces.first else { return nil }
            let more = pieces.count > 1 ? " and \(pieces.count - 1) more files" : ""
            return "\(first.file.path) from byte \(first.range.lowerBound)\(more)"
        case .lines(let lines)?:
            let line = lines.prefix { $0 != UInt8(ascii: "\n") }
            let text = String(decoding: line.prefix(200), as: UTF8.self)
            return "“\(text)”" + (line.count + 1 < lines.count ? " and what follows it" : "")
        case nil: return nil
        }
    }
}
