/// A stretch of one file.
struct FilePiece: Hashable, Sendable, Codable {
    let file: InputFile
    /// In bytes from the start of the file.
    let range: Range<UInt64>

    private enum CodingKeys: String, CodingKey { case path, size, modified, from, to }

    init(file: InputFile, range: Range<UInt64>) {
        self.file = file
        self.range = range
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let from = try container.decode(UInt64.self, forKey: .from)
        let to = try container.decode(UInt64.self, forKey: .to)
        let file = try InputFile(from: decoder)
        guard from < to, to <= file.size else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "\(from)-\(to) is no stretch of a file of \(file.size) bytes"
                )
            )
        }
        self.init(file: file, range: from..<to)
    }

    func encode(to encoder: any Encoder) throws {
        try file.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(range.lowerBound, forKey: .from)
        try container.encode(range.upperBound, forKey: .to)
    }
}

/// What a fragment of a ``TextSource`` carries: `F` and the pieces of files as JSON, or `L` and the lines
/// themselves.
enum TextPayload: Hashable, Sendable {
    case files([FilePiece])
    case lines(ArraySlice<UInt8>)

    /// What the bytes of lines begin with.
    static let linesTag = UInt8(ascii: "L")

    func encoded() throws -> [UInt8] {
        switch self {
        case .files(let pieces): [UInt8(ascii: "F")] + (try JSONCoding.encode(pieces))
        case .lines(let lines): [Self.linesTag] + lines
        }
    }

    init(decoding bytes: [UInt8]) throws {
        switch bytes.first {
        case UInt8(ascii: "F"):
            self = .files(try JSONCoding.decode([FilePiece].self, from: Array(bytes.dropFirst())))
        case Self.linesTag:
            self = .lines(bytes.dropFirst())
        default:
            throw WarrenError(.incompatible, "a text fragment begins with F or L, this one with neither")
        }
    }

    /// Splits after the first `count` units: bytes of files, or lines.
    func split(after count: UInt64) throws -> (TextPayload, TextPayload) {
        switch self {
        case .files(let pieces):
            var first: [FilePiece] = []
            var second: [FilePiece] = []
            var left = count
            for piece in pieces {
                let cut = piece.range.lowerBound + min(left, UInt64(piece.range.count))
                if cut > piece.range.lowerBound {
                    first.append(FilePiece(file: piece.file, range: piece.range.lowerBound..<cut))
                }
                if cut < piece.range.upperBound {
                    second.append(FilePiece(file: piece.file, range: cut..<piece.range.upperBound))
                }
                left -= cut - piece.range.lowerBound
            }
            return (.files(first), .files(second))

        case .lines(let lines):
            var end = lines.startIndex
            for _ in 0..<count {
                end = (lines[end...].firstIndex(of: UInt8(ascii: "\n")) ?? lines.endIndex - 1) + 1
            }
            return (.lines(lines[..<end]), .lines(lines[end...]))
        }
    }
}
