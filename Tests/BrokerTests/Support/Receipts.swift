import Foundation

@testable import Warren

extension WarrenScope {
    /// Submits a job with a receipt of its own, and returns the process and where the receipt will be.
    func submit(
        _ arguments: String...,
        environment: [String: String] = [:],
        input: String? = nil
    ) throws -> (process: WarrenProcess, receipt: String) {
        try submit(arguments, environment: environment, input: input)
    }

    /// The same.
    func submit(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String? = nil
    ) throws -> (process: WarrenProcess, receipt: String) {
        let path = try TestRun.makeFolder("receipt") + "/receipt.json"
        let process = try start(
            ["submit"] + arguments + ["--receipt", path],
            environment: environment,
            input: input
        )
        return (process, path)
    }

    /// Starts a worker and waits until it consumes.
    @discardableResult
    func worker(_ name: String, pool: String, slots: Int = 1) async throws -> WarrenProcess {
        let worker = try start("worker", "--name", name, "--pool", pool, "--slots", "\(slots)")
        try await worker.line(containing: "ready")
        return worker
    }
}

extension Receipt {
    /// Reads what `--receipt` wrote.
    init(at path: String) throws {
        self = try JSONCoding.decode(Receipt.self, from: Array(Data(contentsOf: URL(fileURLWithPath: path))))
    }
}

/// What `drill` prints if no unit was lost or counted twice.
func drillResult(units: UInt64) -> String {
    let sum = units * (units - 1) / 2
    let squares = (units - 1) * units * (2 * units - 1) / 6
    return "\(units) units, sum \(sum), sum of squares \(squares): as expected\n"
}

/// A pool that no other test uses.
func freshPool() -> String { "test-\(UInt32.random(in: .min ... .max))" }
