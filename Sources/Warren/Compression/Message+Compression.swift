import AMQP

extension Message {
    /// What a body may become when it is decompressed, in bytes.
    private static let largest = 2 << 30

    /// The same message with its body compressed.
    func compressed() -> Message {
        var message = self
        message.body = Zstandard.compress(body)
        message.headers[WireNames.Header.encoding] = .string(WireNames.zstd.bytes)
        return message
    }

    /// The same message with its body as it was.
    ///
    /// - Throws: ``WarrenError/Code/incompatible`` for bytes that are not what the headers say.
    func decompressed() throws(WarrenError) -> Message {
        guard let encoding = headers.string(WireNames.Header.encoding) else { return self }
        guard encoding == WireNames.zstd.bytes else {
            let name = String(decoding: encoding.prefix(20), as: UTF8.self)
            throw WarrenError(.incompatible, "encoding “\(name)” is unknown; run the same version everywhere")
        }
        var message = self
        message.body = try Zstandard.decompress(body, limit: Self.largest)
        message.headers[WireNames.Header.encoding] = nil
        return message
    }
}
