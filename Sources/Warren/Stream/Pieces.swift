/// Pieces of a streamed result, each with the run of units that it is of.
///
/// On the wire, for each piece: its first unit, the one past its last, the number of its bytes (8 bytes each,
/// little-endian), its bytes. An answer has one, or none if all its units failed.
public struct Pieces<Piece: Payload & Sendable>: Sendable {
    private(set) var all: [(range: UnitRange, piece: Piece)] = []

    /// No pieces.
    public init() {}

    /// One piece.
    public init(_ piece: Piece, of range: Range<UInt64>) { all = [(range, piece)] }

    mutating func add(_ other: Pieces) { all += other.all }

    /// By their units.
    var inOrder: [(range: UnitRange, piece: Piece)] {
        all.sorted { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    }
}

extension Pieces: Payload {
    private static var headerSize: Int { 24 }

    public static var contentType: String { "application/octet-stream" }

    public func encoded() throws -> [UInt8] {
        var bytes: [UInt8] = []
        for (range, piece) in all {
            let content = try piece.encoded()
            bytes.reserveCapacity(bytes.count + Self.headerSize + content.count)
            for number in [range.lowerBound, range.upperBound, UInt64(content.count)] {
                bytes.append(littleEndian: number)
            }
            bytes += content
        }
        return bytes
    }

    public init(decoding bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let first = rest.littleEndian(at: 0), let end = rest.littleEndian(at: 8), first < end,
                let count = rest.littleEndian(at: 16), count <= UInt64(rest.count - Self.headerSize)
            else {
                throw WarrenError(.incompatible, "there is no piece \(rest.count) bytes before the end")
            }
            let content = rest.dropFirst(Self.headerSize).prefix(Int(count))
            all.append((first..<end, try Piece(decoding: Array(content))))
            rest = rest[content.endIndex...]
        }
    }
}

extension [UInt8] {
    mutating func append(littleEndian number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}

extension ArraySlice<UInt8> {
    /// A number of 8 bytes, so far from the start; nil if the bytes end before.
    func littleEndian(at offset: Int) -> UInt64? {
        guard offset >= 0, count >= offset + 8 else { return nil }
        return self[(startIndex + offset)..<(startIndex + offset + 8)].reversed().reduce(0) {
            $0 << 8 | UInt64($1)
        }
    }
}
