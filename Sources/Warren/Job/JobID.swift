/// A job's identity: 26 characters that sort by time of submission (a ULID: 48 bits of milliseconds, then 80
/// random bits, in Crockford's base 32).
public struct JobID: Hashable, Sendable, Codable, CustomStringConvertible {
    public let description: String

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// A fresh identity.
    ///
    /// - Parameter milliseconds: The time since 1970.
    public init(milliseconds: UInt64, using generator: inout some RandomNumberGenerator) {
        var value = UInt128(milliseconds & 0xFFFF_FFFF_FFFF) << 80
        value |= UInt128(generator.next()) << 16
        value |= UInt128(generator.next() & 0xFFFF)
        var characters = [UInt8](repeating: 0, count: 26)
        for index in characters.indices.reversed() {
            characters[index] = Self.alphabet[Int(value & 31)]
            value >>= 5
        }
        self.description = String(decoding: characters, as: UTF8.self)
    }

    /// Takes an identity from the wire: 1 to 64 letters, digits, `-`, `_` or `.`; nil otherwise.
    public init?(bytes: some Collection<UInt8>) {
        guard (1...64).contains(bytes.count), bytes.allSatisfy(Self.isAllowed) else { return nil }
        self.description = String(decoding: bytes, as: UTF8.self)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = JobID(bytes: Array(text.utf8)) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "“\(text)” is no job id")
            )
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
