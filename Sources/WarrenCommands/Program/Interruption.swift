import UnixSignals

/// Ctrl-C and SIGTERM: the first one asks, the second one insists.
enum Interruption {
    /// Runs `body`; calls `first` at the first signal, and leaves the process at the second.
    static func handling<Result: Sendable>(
        first: @escaping @Sendable () async -> Void,
        second: @escaping @Sendable () -> Never,
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Never?.self) { group in
            group.addTask {
                var count = 0
                for await _ in signals {
                    count += 1
                    if count > 1 { second() }
                    await first()
                }
                return nil
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}
