import CZstd

/// Zstandard (RFC 8878) at its fastest useful level: some 400 MB/s there, three times as much back.
enum Zstandard {
    private static let level: CInt = 1

    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        let bound = ZSTD_compressBound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { room, count in
            let size = bytes.withUnsafeBytes {
                ZSTD_compress(room.baseAddress, bound, $0.baseAddress, $0.count, level)
            }
            precondition(ZSTD_isError(size) == 0, "there is room for any result")
            count = size
        }
    }

    /// - Parameter limit: What it may become, in bytes: what comes from the network claims anything.
    /// - Throws: ``WarrenError/Code/incompatible`` for bytes that are not one frame, or that would become more.
    static func decompress(_ bytes: [UInt8], limit: Int) throws(WarrenError) -> [UInt8] {
        let size = bytes.withUnsafeBytes { ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        guard size <= UInt64(limit) else {
            throw WarrenError(
                .incompatible,
                "what should be compressed is no frame of at most \(limit) bytes"
            )
        }
        var result: Int = 0
        let whole = [UInt8](unsafeUninitializedCapacity: max(Int(size), 1)) { room, count in
            result = bytes.withUnsafeBytes {
                ZSTD_decompress(room.baseAddress, Int(size), $0.baseAddress, $0.count)
            }
            count = ZSTD_isError(result) == 0 ? result : 0
        }
        guard ZSTD_isError(result) == 0, result == Int(size) else {
            throw WarrenError(.incompatible, "what should be compressed is damaged")
        }
        return whole
    }
}
