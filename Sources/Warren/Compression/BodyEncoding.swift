import AMQP

/// How a stretch of a body may travel: as it is, or as one frame of Zstandard, which a header says.
enum BodyEncoding {
    static let zstd = Headers.Value.string(WireNames.zstd.bytes)

    /// - Parameter limit: What it may become, in bytes.
    /// - Throws: ``WarrenError/Code/incompatible`` for bytes that are not what the header says.
    static func decode(_ bytes: [UInt8], _ encoding: Headers.Value?, limit: Int) throws(WarrenError)
        -> [UInt8]
    {
        guard let encoding else { return bytes }
        guard encoding == zstd else {
            throw WarrenError(.incompatible, "header encoding is unknown; run the same version everywhere")
        }
        return try Zstandard.decompress(bytes, limit: limit)
    }
}
