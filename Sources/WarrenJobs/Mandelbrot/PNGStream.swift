import CPNG
import Warren

/// Writes a picture as PNG, some rows at a time, with libpng.
///
/// Memory: two rows, what deflate needs (some 300 KB), and the bytes of what was just written.
struct PNGStream: ~Copyable, @unchecked Sendable {
    // Safe to send: what the pointer points to belongs to this value alone, which cannot be copied.
    private let png: UnsafeMutablePointer<warren_png>
    private let stride: Int

    /// Deflate's level and the filter of rows: see docs/performance.md for what others would give.
    private static let level: CInt = 3
    private static let filters = CInt(PNG_FILTER_NONE)

    /// - Throws: ``WarrenError/Code/job`` with what libpng says.
    init(_ size: PictureSize) throws {
        guard let png = warren_png_new() else {
            throw WarrenError(
                .job,
                "libpng cannot be used: there is too little memory, or another version of it here"
            )
        }
        guard
            warren_png_begin(png, UInt32(size.width), UInt32(size.height), Self.level, Self.filters) != 0
        else {
            let failure = Self.failure(of: png)
            warren_png_free(png)
            throw failure
        }
        self.png = png
        stride = size.width * 3
    }

    deinit { warren_png_free(png) }

    /// What has been written since the last time.
    mutating func take() -> [UInt8] {
        let bytes = Array(UnsafeBufferPointer(start: png.pointee.bytes, count: png.pointee.count))
        png.pointee.count = 0
        return bytes
    }

    /// Writes the next rows: whole ones, one behind the other.
    ///
    /// - Throws: ``WarrenError/Code/job`` with what libpng says.
    mutating func write(_ rows: ArraySlice<UInt8>) throws {
        let (png, stride) = (png, stride)
        let isDone = rows.withUnsafeBufferPointer { rows in
            warren_png_rows(png, rows.baseAddress, stride, rows.count / stride)
        }
        guard isDone != 0 else { throw Self.failure(of: png) }
    }

    /// Writes what comes after all rows.
    ///
    /// - Throws: ``WarrenError/Code/job`` if rows are missing, with what libpng says.
    mutating func finish() throws {
        guard warren_png_end(png) != 0 else { throw Self.failure(of: png) }
    }

    private static func failure(of png: UnsafeMutablePointer<warren_png>) -> WarrenError {
        let message = withUnsafeBytes(of: png.pointee.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return WarrenError(.job, "the picture cannot be written: libpng: \(message)")
    }
}
