/// A string of at most 255 bytes, as AMQP uses for names, keys and properties; bytes, because none of it needs
/// to be understood as text on the way.
package struct ShortString: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let bytes: [UInt8]

    /// - Precondition: At most 255 bytes.
    package init(_ bytes: [UInt8]) {
        precondition(bytes.count <= 255, "AMQP names hold at most 255 bytes, this one has \(bytes.count)")
        self.bytes = bytes
    }

    package init(_ text: String) { self.init(Array(text.utf8)) }

    package init(stringLiteral value: StaticString) {
        self.init(value.withUTF8Buffer { Array($0) })
    }

    package static let empty = ShortString([])

    package var isEmpty: Bool { bytes.isEmpty }

    package var description: String { String(decoding: bytes, as: UTF8.self) }
}
