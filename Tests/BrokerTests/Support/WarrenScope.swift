import Synchronization

/// Starts `warren` processes against one broker; none of them outlives the scope.
///
/// ```swift
/// try await withWarren(broker) { warren in
///     let worker = try warren.start("worker", "--slots", "1")
///     let submit = try warren.start("submit", "primes", "--set", "below=1000000")
///     worker.kill()
///     #expect(try await submit.exit() == .exited(0))
/// }
/// ```
final class WarrenScope: Sendable {
    private let environment: [String: String]
    private let processes = Mutex<[WarrenProcess]>([])

    fileprivate init(environment: [String: String]) {
        self.environment = environment
    }

    /// Starts `warren` with these arguments.
    func start(
        _ arguments: String...,
        environment: [String: String] = [:],
        input: String? = nil
    ) throws -> WarrenProcess {
        try start(arguments, environment: environment, input: input)
    }

    /// Starts `warren` with these arguments.
    func start(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String? = nil
    ) throws -> WarrenProcess {
        let process = try WarrenProcess(
            arguments,
            environment: self.environment.merging(environment) { $1 },
            input: input
        )
        processes.withLock { $0.append(process) }
        return process
    }

    fileprivate func end(showing: Bool) async throws {
        for process in processes.withLock({ $0 }) {
            if showing { print("\(process.command):\n\(process.tail)") }
            process.kill()
            try await process.exit(within: .seconds(30))
        }
    }
}

/// Runs `body` with a scope in which `warren` finds this broker, or none if nil. What every process said is printed
/// if `body` throws.
///
/// - Parameter more: Variables for every process.
func withWarren<Result>(
    _ broker: TestBroker?,
    environment more: [String: String] = [:],
    _ body: (WarrenScope) async throws -> Result
) async throws -> Result {
    var environment = more.merging(["WARREN_HOME": try TestRun.makeFolder("home")]) { $1 }
    if let broker { environment["WARREN_BROKER"] = try broker.url }
    let scope = WarrenScope(environment: environment)
    do {
        let result = try await body(scope)
        try await scope.end(showing: false)
        return result
    } catch {
        try await scope.end(showing: true)
        throw error
    }
}
