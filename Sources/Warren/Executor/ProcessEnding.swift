import CProcess

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How a process ended.
package enum ProcessEnding: Sendable, Hashable, CustomStringConvertible {
    case exit(Int)
    case signal(Int)

    /// - Parameter status: As `wait` gives it; anything that makes no sense is an exit with 255.
    init(status: CInt) {
        let signal = status & 0x7F
        self = status < 0 ? .exit(255) : signal == 0 ? .exit(Int(status >> 8) & 0xFF) : .signal(Int(signal))
    }

    /// Waits for a child's end.
    package static func wait(for pid: Int32) -> ProcessEnding {
        var usage = rusage()
        return ProcessEnding(status: warren_reap(pid, &usage))
    }

    package var description: String {
        switch self {
        case .exit(let code): "exit code \(code)"
        case .signal(let number): "signal \(number) (\(Self.name(of: number)))"
        }
    }

    private static func name(of signal: Int) -> String {
        guard let name = strsignal(CInt(signal)) else { return "unknown" }
        return String(cString: name).lowercased()
    }
}
