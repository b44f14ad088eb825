#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The process of a private broker, recognised by its command line: the system may have given its number to
/// another one since.
struct NodeProcess: Sendable {
    let pid: Int32
    /// Arguments that follow each other on its command line and on nobody else's.
    let marker: [String]

    var isRunning: Bool {
        // If it was started by this very process, it stays a zombie until it is asked for.
        var status: CInt = 0
        if waitpid(pid, &status, WNOHANG) == pid { return false }
        return arguments().contains(marker)
    }

    /// Sends a signal, if the process is still the one that is meant.
    func signal(_ signal: CInt) {
        guard isRunning else { return }
        kill(pid, signal)
    }

    /// Waits for its end.
    ///
    /// - Returns: Whether it ended in time.
    func waitForEnd(within limit: Duration) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        // The end of a process that need not be our child is no event on every system that Warren runs on.
        while isRunning {
            guard ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    private func arguments() -> [String] {
        #if os(Linux)
            while true {
                let file = "/proc/\(pid)/cmdline"
                guard let line = FileManager.default.contents(atPath: file) else { return [] }
                // Empty while the process executes another program, and for good once it is a zombie.
                guard line.isEmpty, !isZombie else {
                    return line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
                }
                sched_yield()
            }
        #else
            // Nothing in the output can be mistaken for it: neither argument has a blank.
            guard let pipe = popen("/bin/ps -ww -o args= -p \(pid)", "r") else { return [] }
            defer { pclose(pipe) }
            var line = [CChar](repeating: 0, count: 64 << 10)
            guard fgets(&line, CInt(line.count), pipe) != nil else { return [] }
            return String(cString: line).split(whereSeparator: \.isWhitespace).map(String.init)
        #endif
    }

    #if os(Linux)
        /// Ended, or ending; also true once nothing is left of it.
        private var isZombie: Bool {
            guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return true }
            // "pid (name) state …", where the name may hold anything.
            let afterName = line.reversed().prefix { $0 != UInt8(ascii: ")") }.reversed()
            guard let state = afterName.dropFirst().first else { return true }
            return [UInt8(ascii: "Z"), UInt8(ascii: "X")].contains(state)
        }
    #endif
}
