/// Writes frames for the other end of an executor's socket: a length, then numbers and runs of bytes, all
/// little-endian. Both ends are the same binary, so there is no version to tell apart.
struct FrameWriter {
    /// All frames that were written and not sent.
    var bytes: [UInt8] = []

    /// Writes one frame.
    mutating func frame(_ body: (inout FrameWriter) -> Void) {
        let start = bytes.count
        put(UInt32(0))
        body(&self)
        let length = UInt32(bytes.count - start - 4)
        withUnsafeBytes(of: length.littleEndian) { length in
            for (offset, byte) in length.enumerated() { bytes[start + offset] = byte }
        }
    }

    mutating func put(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ number: Double) { put(number.bitPattern) }

    mutating func put(_ run: some Collection<UInt8>) {
        put(UInt32(run.count))
        bytes.append(contentsOf: run)
    }

    mutating func put(_ text: String) { put(text.utf8) }
}
