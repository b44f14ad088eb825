import Foundation

extension WarrenProcess {
    /// The largest resident size that it has until it ends, in bytes; the system has no event for that.
    func peakMemory() async throws -> Int {
        var peak = 0
        while let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        {
            peak = max(peak, (Int(line.filter(\.isNumber)) ?? 0) << 10)
            try await Task.sleep(for: .milliseconds(50))
        }
        return peak
    }
}
