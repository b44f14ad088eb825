import AMQP
import CCrypto

/// What a signature is of: all of a message that matters, and where it goes.
///
/// Each part stands behind its length, so that no two messages have the same text. What the broker adds on the way
/// (`x-…`) does not belong to it.
struct SignedText {
    let bytes: [UInt8]

    private enum Tag {
        static let bool: UInt8 = 1
        static let integer: UInt8 = 2
        static let string: UInt8 = 3
    }

    /// Whether what goes to an exchange is signed: everything but dead letters, which are nobody's word any more.
    static func covers(_ exchange: ShortString) -> Bool { exchange != WireNames.Exchange.dead }

    init(of message: Message, at exchange: ShortString, routingKey: ShortString) {
        var text: [UInt8] = []
        text.reserveCapacity(512)
        func append(_ part: [UInt8]) {
            withUnsafeBytes(of: UInt32(part.count).littleEndian) { text.append(contentsOf: $0) }
            text += part
        }
        for part in [
            exchange, routingKey, message.type, message.messageID, message.correlationID, message.replyTo,
            message.contentType,
        ] {
            append(part.bytes)
        }
        let headers = message.headers.entries.filter { Self.isCovered($0.name) }
            .sorted { $0.name.bytes.lexicographicallyPrecedes($1.name.bytes) }
        for (name, value) in headers {
            append(name.bytes)
            switch value {
            case .bool(let value): text += [Tag.bool, value ? 1 : 0]
            case .integer(let value):
                text.append(Tag.integer)
                withUnsafeBytes(of: value.littleEndian) { text.append(contentsOf: $0) }
            case .string(let value):
                text.append(Tag.string)
                append(value)
            }
        }
        // A digest of the body in place of a copy.
        text += Self.digest(of: message.body)
        bytes = text
    }

    private static func isCovered(_ name: ShortString) -> Bool {
        name != WireNames.Header.signature && name != WireNames.Header.key
            && !name.bytes.starts(with: [UInt8(ascii: "x"), UInt8(ascii: "-")])
            // The dead letters' own remarks.
            && name != WireNames.Header.reason && name != WireNames.Header.queue
    }

    private static func digest(of body: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let result = EVP_Digest(body, body.count, &digest, nil, EVP_sha256(), nil)
        precondition(result == 1, "libcrypto has no SHA-256")
        return digest
    }
}
