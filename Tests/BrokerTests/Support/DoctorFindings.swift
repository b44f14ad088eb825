import Foundation

@testable import Warren
@testable import WarrenCommands

/// What `warren doctor --json` printed.
struct DoctorFindings: Decodable {
    struct Finding: Decodable {
        let check: String
        let status: String
        let what: String
        let why: String
        let fix: String?
    }

    let broker: String
    let pool: String
    let version: String
    let status: String
    let findings: [Finding]

    /// The one finding of a check.
    func of(_ check: WarrenCommands.Finding.Check) throws -> Finding {
        guard let finding = findings.first(where: { $0.check == check.rawValue }) else {
            throw TestFailure("the doctor says nothing of \(check)")
        }
        return finding
    }
}

extension WarrenScope {
    /// Asks the doctor for JSON; it may be one with the operator's view of a test broker.
    func doctor(
        _ url: String,
        _ options: String...,
        as operated: TestBroker? = nil
    ) async throws -> (findings: DoctorFindings, end: ProcessEnd) {
        var environment: [String: String] = [:]
        if let operated {
            environment["WARREN_HOME"] = String(operated.privateBroker.folder.path.dropLast("/broker".count))
            for name in ["WARREN_RABBITMQ", "WARREN_RABBITMQ_ROOT"] {
                environment[name] = ProcessInfo.processInfo.environment[name]
            }
        }
        let process = try start(
            ["doctor", "--json", "--broker", url] + options,
            environment: environment
        )
        let end = try await process.exit()
        guard let findings = try? JSONCoding.decode(DoctorFindings.self, from: Array(process.output.utf8))
        else { throw TestFailure("the doctor says:\n\(process.tail)") }
        return (findings, end)
    }
}
