#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads and writes that go on until all is done: the system may do a part of it at a time.
package enum DescriptorBytes {
    /// - Returns: False if it failed; `errno` says why.
    package static func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                #if canImport(Glibc)
                    Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                #else
                    Darwin.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                #endif
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    /// Fills `room`, or as much of it as there is.
    ///
    /// - Returns: The number of bytes; nil if it failed, and `errno` says why.
    package static func read(_ descriptor: CInt, into room: inout [UInt8]) -> Int? {
        var filled = 0
        while filled < room.count {
            let count = room.withUnsafeMutableBytes { room in
                #if canImport(Glibc)
                    Glibc.read(descriptor, room.baseAddress.map { $0 + filled }, room.count - filled)
                #else
                    Darwin.read(descriptor, room.baseAddress.map { $0 + filled }, room.count - filled)
                #endif
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            filled += count
        }
        return filled
    }
}
