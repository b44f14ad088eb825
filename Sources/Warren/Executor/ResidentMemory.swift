#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How much memory processes have at this moment, as far as the system tells (Linux does, in `/proc`).
enum ResidentMemory {
    /// Of one process, in bytes; 0 if it is gone. Costs some 5 µs.
    static func of(_ pid: pid_t) -> UInt64 {
        let fields = readSmallFile("/proc/\(pid)/statm").split(separator: UInt8(ascii: " "))
        guard fields.count > 1 else { return 0 }
        return number(fields[1]) * UInt64(sysconf(CInt(_SC_PAGESIZE)))
    }

    /// Of all processes of a group, in bytes. Looks at every process of the machine: a millisecond or so.
    static func ofGroup(_ group: pid_t) -> UInt64 {
        guard let directory = opendir("/proc") else { return 0 }
        defer { closedir(directory) }
        var total: UInt64 = 0
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let pid = pid_t(name), getpgid(pid) == group else { continue }
            total += of(pid)
        }
        return total
    }

    private static func number(_ digits: some Sequence<UInt8>) -> UInt64 {
        digits.reduce(0) { $0 &* 10 &+ UInt64($1 &- 48) }
    }

    private static func readSmallFile(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        return [UInt8](unsafeUninitializedCapacity: 512) { room, count in
            count = max(read(descriptor, room.baseAddress, 512), 0)
        }
    }
}

/// Bytes for people: `2.1 GB`.
package func byteCount(_ bytes: UInt64) -> String {
    var (value, unit) = (Double(bytes), "bytes")
    for larger in ["kB", "MB", "GB", "TB"] where value >= 1000 { (value, unit) = (value / 1000, larger) }
    if unit == "bytes" { return "\(bytes) bytes" }
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
}
