import Synchronization

/// A value that changes on other threads, and whose state tests await instead of sleeping.
final class Awaited<Value: Sendable>: Sendable {
    private struct Waiter: Sendable {
        /// Resumes the task that waits if the value is as it wants it; says whether it did.
        let resumeIfSatisfied: @Sendable (Value) -> Bool
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var value: Value
        var waiters: [Int: Waiter] = [:]
        var nextID = 0
    }

    private let state: Mutex<State>

    init(_ value: Value) {
        state = Mutex(State(value: value))
    }

    var value: Value { state.withLock { $0.value } }

    func update(_ body: (inout Value) -> Void) {
        state.withLock { state in
            body(&state.value)
            let value = state.value
            state.waiters = state.waiters.filter { !$0.value.resumeIfSatisfied(value) }
        }
    }

    /// Waits until `body` has a result, asking it after each change.
    ///
    /// - Throws: What `body` throws, at once; or ``TestFailure`` with `what`, once the time is over.
    func wait<Result: Sendable>(
        within limit: Duration,
        for what: @escaping @Sendable (Value) -> String,
        _ body: @escaping @Sendable (Value) throws -> Result?
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await self.wait(body) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw TestFailure("waited \(limit) for " + what(self.value))
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    private func wait<Result: Sendable>(
        _ body: @escaping @Sendable (Value) throws -> Result?
    ) async throws -> Result {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Result, any Error>) in
                let waiter = Waiter(
                    resumeIfSatisfied: { value in
                        do {
                            guard let result = try body(value) else { return false }
                            continuation.resume(returning: result)
                        } catch {
                            continuation.resume(throwing: error)
                        }
                        return true
                    },
                    fail: { continuation.resume(throwing: $0) }
                )
                state.withLock { state in
                    // Cancelled before it was registered: the handler below has found nothing.
                    guard !Task.isCancelled else { return waiter.fail(CancellationError()) }
                    guard !waiter.resumeIfSatisfied(state.value) else { return }
                    state.waiters[id] = waiter
                }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.fail(CancellationError())
        }
    }
}
