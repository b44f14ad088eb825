import Warren

/// All that the doctor found, and how it looks: `docs/operations.md` describes the JSON.
struct DoctorReport: Sendable, Encodable {
    /// Without the password.
    let broker: String
    let pool: String
    /// Of this program's Warren.
    let version: String
    /// The worst of the findings.
    let status: Finding.Status
    let findings: [Finding]

    init(broker: String, pool: Pool, findings: [Finding]) {
        self.broker = broker
        self.pool = pool.name
        self.version = WarrenVersion.current
        self.status = findings.map(\.status).max() ?? .ok
        self.findings = findings
    }

    /// A line for each finding, with two more for what is not fine; and a last one that counts them.
    var text: String {
        let width = findings.map(\.check.rawValue.count).max() ?? 0
        let indent = String(repeating: " ", count: 9 + width + 2)
        let lines = findings.flatMap { finding in
            let head =
                Self.padded(finding.status.rawValue, 9) + Self.padded(finding.check.rawValue, width + 2)
            var lines = [head + finding.what.replacing("\n", with: "\n" + indent)]
            if finding.status != .ok { lines.append(indent + "why: " + finding.why) }
            if let fix = finding.fix {
                lines.append(indent + "do: " + fix.replacing("\n", with: "\n" + indent))
            }
            return lines
        }
        let counts = Finding.Status.allCases.reversed().compactMap { status in
            let count = findings.count { $0.status == status }
            return count == 0 ? nil : "\(count) \(status.rawValue)"
        }
        return (lines + [counts.joined(separator: ", "), ""]).joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0))
    }
}
