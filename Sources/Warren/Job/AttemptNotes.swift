import Synchronization

/// What a job's code says of an attempt while it runs, besides the partial that it returns.
final class AttemptNotes: Sendable {
    struct Content: Sendable {
        var failed: [LedgerEvent.PartialSuccess.Failed] = []
        var rest: [UnitRange] = []
        /// Of the programs that the attempt ran.
        var cpuSeconds = 0.0
        var peakMemory: UInt64 = 0
    }

    private let state = Mutex(Content())

    var content: Content { state.withLock { $0 } }

    func update(_ body: (inout Content) -> Void) { state.withLock { body(&$0) } }
}
