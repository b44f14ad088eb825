#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs of bytes that come again and again, message after message: names of headers, kinds, addresses, ids of jobs.
///
/// Each is copied out of the library's memory once, and shared from then on: allocating a dozen small arrays for each
/// message costs more than all else that is done with a small one. It holds what was seen lately, no more than
/// 64 runs of 4 KiB.
struct RepeatedBytes {
    private static let slots = 64
    private static let longest = 4096

    private var entries = [[UInt8]](repeating: [], count: Self.slots)

    /// The bytes as an array, which is that of last time if they are the same.
    mutating func array(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        guard bytes.count <= Self.longest else { return Array(bytes) }
        let slot = Self.slot(of: bytes)
        if Self.areEqual(entries[slot], bytes) { return entries[slot] }
        let array = Array(bytes)
        entries[slot] = array
        return array
    }

    /// FNV-1a (Fowler, Noll and Vo) of the length and of at most sixteen bytes, in which they usually differ.
    private static func slot(of bytes: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(bytes.count)
        for byte in bytes.prefix(8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for byte in bytes.suffix(8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash >> 58)
    }

    private static func areEqual(_ array: [UInt8], _ bytes: UnsafeRawBufferPointer) -> Bool {
        array.count == bytes.count
            && array.withUnsafeBytes { memcmp($0.baseAddress!, bytes.baseAddress!, bytes.count) == 0 }
    }
}
