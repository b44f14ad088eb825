#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many processors this process may really use: not the machine's count, but what its affinity and its
/// control group's quota leave it.
package enum Processors {
    package static func available() -> Int {
        max(1, min(allowed(), quota() ?? .max))
    }

    /// The processors that the scheduler may put this process on.
    private static func allowed() -> Int {
        #if os(Linux)
            // `Cpus_allowed_list:	0-3,8`; glibc hides sched_getaffinity from Swift.
            let prefix = "Cpus_allowed_list:"
            let lines = (readText("/proc/self/status") ?? "").split(separator: "\n")
            guard let line = lines.first(where: { $0.hasPrefix(prefix) }) else { return online() }
            let runs = line.dropFirst(prefix.count).split(whereSeparator: { $0 == "," || $0.isWhitespace })
            return runs.reduce(0) { count, run in
                let ends = run.split(separator: "-").compactMap { Int($0) }
                return count + (ends.last ?? 0) - (ends.first ?? 0) + 1
            }
        #else
            return online()
        #endif
    }

    private static func online() -> Int { Int(sysconf(CInt(_SC_NPROCESSORS_ONLN))) }

    /// The share of the processors' time that the control group allows, rounded up; nil without a limit.
    private static func quota() -> Int? {
        #if os(Linux)
            // Version 2 has one file, `max 100000` or `150000 100000`; version 1 has two.
            for path in groupPaths() {
                let fields = (readText("\(path)/cpu.max") ?? "").split(whereSeparator: \.isWhitespace)
                if fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]),
                    period > 0
                {
                    return Int((quota / period).rounded(.up))
                }
            }
            if let quota = readNumber("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"), quota > 0,
                let period = readNumber("/sys/fs/cgroup/cpu/cpu.cfs_period_us"), period > 0
            {
                return Int((quota / period).rounded(.up))
            }
        #endif
        return nil
    }

    /// This process's control group and all those above it: each may have a limit.
    private static func groupPaths() -> [String] {
        let line = (readText("/proc/self/cgroup") ?? "").split(separator: "\n").first { $0.hasPrefix("0::/") }
        var path = line.map { String($0.dropFirst(3)) } ?? "/"
        var paths: [String] = []
        while path.count > 1 {
            paths.append("/sys/fs/cgroup" + path)
            path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        }
        return paths + ["/sys/fs/cgroup"]
    }

    private static func readNumber(_ path: String) -> Double? {
        readText(path).flatMap { Double($0.split(whereSeparator: \.isWhitespace).first ?? "") }
    }

    private static func readText(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}
