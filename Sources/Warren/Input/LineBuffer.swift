#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Bytes between two reads of a file, kept from chunk to chunk so that none of them is allocated anew.
struct LineBuffer: ~Copyable {
    private var start: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = 512 << 10
        start = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit { start.deallocate() }

    mutating func removeAll() { count = 0 }

    mutating func removeFirst(_ bytes: Int) {
        memmove(start, start + bytes, count - bytes)
        count -= bytes
    }

    /// Makes room for `room` bytes at the end and lets `fill` write there.
    ///
    /// - Parameter fill: Returns the number of bytes written, or a negative number.
    /// - Returns: What `fill` returned.
    mutating func append(_ room: Int, _ fill: (UnsafeMutableRawPointer) -> Int) -> Int {
        if count + room > capacity {
            capacity = max(capacity * 2, count + room)
            let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
            larger.copyMemory(from: start, byteCount: count)
            start.deallocate()
            start = larger
        }
        let got = fill(start + count)
        count += max(got, 0)
        return got
    }

    func withPrefix(_ length: Int, _ body: (Span<UInt8>) throws -> Void) throws {
        guard length > 0 else { return }
        let bytes = UnsafeRawBufferPointer(start: start, count: length)
        try body(bytes.bindMemory(to: UInt8.self).span)
    }

    func firstNewline(from offset: Int) -> Int? {
        guard offset < count, let found = memchr(start + offset, 10, count - offset) else { return nil }
        return found - start
    }

    func lastNewline() -> Int? {
        let bytes = UnsafeRawBufferPointer(start: start, count: count)
        return bytes.lastIndex(of: UInt8(ascii: "\n"))
    }
}
