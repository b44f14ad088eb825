/// The result of a ``StreamedJob`` as a value, for whoever asks for it without saying where it goes: a test, say.
///
/// It takes as much memory as the result has bytes, and the pieces until then. The command line never makes one.
public struct StreamedBytes: Sendable, Hashable, Encodable, CustomStringConvertible {
    public let bytes: [UInt8]

    /// The bytes as text.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
