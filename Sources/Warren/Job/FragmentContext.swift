import Synchronization

/// What a job may know about the fragment that it is running, and whether it should still go on.
public struct FragmentContext: Sendable {
    /// The fragment's identity: its job and its run of units.
    public let id: FragmentID
    /// 1 for the first try, 2 for the first retry, and so on.
    public let attempt: Int
    /// The name of the worker that runs it.
    public let worker: String

    private let cancellation: Cancellation

    init(id: FragmentID, attempt: Int, worker: String, cancellation: Cancellation) {
        self.id = id
        self.attempt = attempt
        self.worker = worker
        self.cancellation = cancellation
    }

    /// Whether the job was cancelled, or the worker told to stop at once. Cheap: one atomic load.
    public var isCancelled: Bool { cancellation.isCancelled }

    /// Leaves the fragment when nobody waits for it any more.
    ///
    /// Call it every few milliseconds of work. The error needs no handling: let it pass.
    public func checkCancellation() throws {
        if cancellation.isCancelled { throw FragmentCancelled() }
    }
}

/// What ``FragmentContext/checkCancellation()`` throws.
public struct FragmentCancelled: Error {}

/// A flag that is raised once and never lowered.
final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    var isCancelled: Bool { flag.load(ordering: .relaxed) }

    func cancel() { flag.store(true, ordering: .relaxed) }
}
