/// What can travel as the body of a message.
///
/// A `Codable` type needs nothing more than the conformance: it travels as JSON. A type whose partials are
/// large writes its own compact bytes.
public protocol Payload {
    /// The MIME type of the bytes, for whoever looks at the message from outside.
    static var contentType: String { get }

    /// The bytes of the body.
    func encoded() throws -> [UInt8]

    /// Reads what ``encoded()`` wrote.
    ///
    /// - Throws: For any bytes that it did not write. They come from the network: never trap on them.
    init(decoding bytes: [UInt8]) throws
}

extension Payload where Self: Codable {
    public static var contentType: String { "application/json" }

    public func encoded() throws -> [UInt8] { try JSONCoding.encode(self) }

    public init(decoding bytes: [UInt8]) throws {
        self = try JSONCoding.decode(Self.self, from: bytes)
    }
}

extension Int: Payload {}
extension Int64: Payload {}
extension UInt64: Payload {}
extension Double: Payload {}
extension Bool: Payload {}
extension String: Payload {}
extension Array: Payload where Element: Codable {}
extension Dictionary: Payload where Key: Codable, Value: Codable {}
