#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where everything goes that is not the result: `print("…", to: &standardError)`.
struct StandardError: TextOutputStream {
    mutating func write(_ text: String) { write(Array(text.utf8)) }

    /// Writes bytes as they are.
    mutating func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            #if canImport(Glibc)
                _ = Glibc.write(2, bytes.baseAddress, bytes.count)
            #else
                _ = Darwin.write(2, bytes.baseAddress, bytes.count)
            #endif
        }
    }
}
