/// What has been read from an executor's socket, until it makes whole frames.
struct FrameInbox {
    /// How much one read asks for, in bytes: as much as a socket holds.
    static let readSize = 256 << 10

    /// Room for what is read, of which only `start..<end` means anything.
    private var bytes = [UInt8](repeating: 0, count: 2 * Self.readSize)
    private var start = 0
    private var end = 0

    /// Lets `fill` write at the end, up to ``readSize`` bytes.
    ///
    /// - Returns: What `fill` returned: the number of bytes written, or a negative number.
    mutating func append(_ fill: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        makeRoom()
        let got = bytes.withUnsafeMutableBytes { room in
            fill(UnsafeMutableRawBufferPointer(rebasing: room[end..<end + Self.readSize]))
        }
        end += max(got, 0)
        return got
    }

    /// Whether a whole frame is there.
    var hasFrame: Bool { end - start >= 4 && end - start - 4 >= length }

    /// Takes the next whole frame, without its length.
    mutating func next() -> FrameReader? {
        guard hasFrame else { return nil }
        let frame = bytes[start + 4..<start + 4 + length]
        start += 4 + length
        return FrameReader(frame)
    }

    /// Moves what is left to the front, and grows if it is part of a large frame.
    private mutating func makeRoom() {
        guard bytes.count - end < Self.readSize else { return }
        let (from, count) = (start, end - start)
        if count > 0, from > 0 {
            bytes.withUnsafeMutableBytes { room in
                guard let base = room.baseAddress else { return }
                base.copyMemory(from: base + from, byteCount: count)
            }
        }
        (start, end) = (0, count)
        guard bytes.count - end < Self.readSize else { return }
        // Twice as large, so that a frame of any size is copied a few times at most.
        bytes += [UInt8](repeating: 0, count: max(bytes.count, Self.readSize))
    }

    private var length: Int {
        bytes.withUnsafeBytes {
            Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: UInt32.self)))
        }
    }
}
