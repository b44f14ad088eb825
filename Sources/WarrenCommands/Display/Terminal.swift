#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Standard error, as far as a person looks at it.
enum Terminal {
    /// Whether a person looks, on something that understands escape codes.
    static var isInteractive: Bool {
        guard isatty(2) == 1 else { return false }
        return getenv("TERM").map { String(cString: $0) != "dumb" } ?? false
    }

    /// Whether results go where the person looks.
    static var showsOutput: Bool { isInteractive && isatty(1) == 1 }

    /// In characters; 80 if nobody knows.
    static var width: Int { size.columns }

    /// In characters; 80 by 24 if nobody knows.
    static var size: (columns: Int, lines: Int) {
        var size = winsize()
        guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0 else { return (80, 24) }
        return (size.ws_col > 0 ? Int(size.ws_col) : 80, size.ws_row > 0 ? Int(size.ws_row) : 24)
    }

    /// The time of day, for lines of a log.
    static var clock: String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        func two(_ number: CInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}
