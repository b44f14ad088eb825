#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where everything goes that is not the result: `print("…", to: &standardError)`.
struct StandardError: TextOutputStream {
    mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            #if canImport(Glibc)
                _ = Glibc.write(2, bytes.baseAddress, bytes.count)
            #else
                _ = Darwin.write(2, bytes.baseAddress, bytes.count)
            #endif
        }
    }
}
