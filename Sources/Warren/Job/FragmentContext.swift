import AMQP
import Synchronization

/// What a job may know about the fragment that it is running, whether it should still go on, and how it says that
/// some of the units failed.
public struct FragmentContext: Sendable {
    /// The fragment's identity: its job and its run of units.
    public let id: FragmentID
    /// 1 for the first try, 2 for the first retry, and so on.
    public let attempt: Int
    /// The name of the worker that runs it.
    public let worker: String
    /// How long the attempt may take, or for a job that runs programs, each of them; nil for as long as it likes.
    public let timeLimit: Duration?
    /// How much memory the attempt may use, in bytes; nil for as much as there is.
    public let memoryLimit: UInt64?

    let cancellation: Cancellation
    let notes = AttemptNotes()

    init(
        id: FragmentID,
        attempt: Int,
        worker: String,
        timeLimit: Duration? = nil,
        memoryLimit: UInt64? = nil,
        cancellation: Cancellation
    ) {
        self.id = id
        self.attempt = attempt
        self.worker = worker
        self.timeLimit = timeLimit
        self.memoryLimit = memoryLimit
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

    /// Says that these units failed, and that the partial which the job is going to return covers the others.
    ///
    /// They alone are tried again, up to the job's limit. Throwing an error fails all units of the fragment instead.
    public func fail(_ units: Range<UInt64>, _ reason: String) {
        fail(units, AttemptFailure(.error, reason))
    }

    /// Says that these units were not tried, and that the partial does not cover them: it is large enough as it is.
    ///
    /// They become a fragment of their own. It is nobody's failure.
    public func leave(_ units: Range<UInt64>) {
        notes.update { $0.rest.append(units) }
    }

    package func fail(_ units: UnitRange, _ failure: AttemptFailure) {
        notes.update { $0.failed.append(.init(units, failure)) }
    }

    /// Adds what a program used that the attempt ran.
    func spent(cpuSeconds: Double, peakMemory: UInt64) {
        notes.update { content in
            content.cpuSeconds += cpuSeconds
            content.peakMemory = max(content.peakMemory, peakMemory)
        }
    }
}

/// What ``FragmentContext/checkCancellation()`` throws.
public struct FragmentCancelled: Error {}

/// A flag that is raised once and never lowered, and wakes who waits for it.
final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)
    private let sleeper = Mutex<WakeUp?>(nil)

    var isCancelled: Bool { flag.load(ordering: .relaxed) }

    func cancel() {
        flag.store(true, ordering: .relaxed)
        sleeper.withLock { $0?.signal() }
    }

    /// Has `sleeper` woken when the flag is raised, at once if it is.
    func wake(_ sleeper: WakeUp?) {
        self.sleeper.withLock { $0 = sleeper }
        if isCancelled { sleeper?.signal() }
    }
}
