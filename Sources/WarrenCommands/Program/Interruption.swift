import UnixSignals

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ctrl-C, SIGTERM, and SIGHUP of a terminal that closes: the first one asks, the second one insists.
enum Interruption {
    /// Runs `body`, once signals are caught; calls `first` with it at the first signal, and leaves the process at
    /// the second.
    static func handling(
        first: @escaping @Sendable (_ work: Task<Void, any Error>) async -> Void,
        second: @escaping @Sendable () -> Never,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let signals =
            isHangupIgnored
            ? await UnixSignalsSequence(trapping: .sigint, .sigterm)
            : await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        // Both end with this function: the one is awaited below, the other cancelled.
        let work = Task { try await body() }
        let watch = Task {
            var count = 0
            for await _ in signals {
                count += 1
                if count > 1 { second() }
                await first(work)
            }
        }
        defer { watch.cancel() }
        try await work.value
    }

    /// Whether we were started with nohup, and are to outlive the terminal.
    private static var isHangupIgnored: Bool {
        let before = signal(SIGHUP, SIG_DFL)
        signal(SIGHUP, before)
        return unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
