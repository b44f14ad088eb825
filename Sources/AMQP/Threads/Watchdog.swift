#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ends calls into the C library that would never return.
///
/// Publishing on a dead network can hang for ever (up to librabbitmq 0.13, once a heartbeat is overdue). One
/// thread of the process watches the calls that may; when one takes too long it shuts the socket down, and the
/// call fails. It touches the descriptor, never the library's state. It sleeps for as long as nothing is
/// guarded, and arming costs a lock, not a wake-up.
final class Watchdog: Sendable {
    static let shared = Watchdog()

    /// How long a guarded call may take. One figure for all, so that what is armed later is due later.
    static let limit: Duration = .seconds(20)

    private struct State {
        var guarded: [CInt: Instant] = [:]
        var isAwake = false
    }

    private let state = Monitor(State())

    private init() {
        Thread.start("warren-watchdog", stackSize: 256 << 10) { [self] in watch() }
    }

    /// Runs `body`, and shuts `socket` down if it takes longer than ``limit``.
    func guarding<Failure: Error>(
        _ socket: CInt,
        _ body: () throws(Failure) -> Void
    ) throws(Failure) {
        let deadline = Instant.now + Self.limit
        let mustWake = state.withLock { state in
            state.guarded[socket] = deadline
            defer { state.isAwake = true }
            return !state.isAwake
        }
        if mustWake { state.signal() }
        defer { state.withLock { _ = $0.guarded.removeValue(forKey: socket) } }
        try body()
    }

    private func watch() {
        while true {
            let next = state.wait { state -> Instant? in
                if let next = state.guarded.values.min() { return next }
                state.isAwake = false
                return nil
            }
            guard let next else { continue }
            // Nobody signals while this sleeps: guards armed meanwhile have later deadlines.
            _ = state.wait(until: next) { _ in nil as Void? }
            state.withLock { state in
                let now = Instant.now
                for (socket, deadline) in state.guarded where deadline <= now {
                    shutdown(socket, CInt(SHUT_RDWR))
                    state.guarded[socket] = nil
                }
            }
        }
    }
}
