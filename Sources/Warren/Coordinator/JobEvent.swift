/// What a person who waits for a job may want to see.
public struct JobProgress: Sendable, Hashable {
    public var units: UInt64 = 0
    /// How many there are in all; nil until the input's end has been seen.
    public var unitCount: UInt64?
    public var fragments = 0
    /// Fragments that are with the broker or a worker.
    public var fragmentsOut = 0
    /// Slots of the pool; nil until the broker was asked.
    public var slots: Int?
    public var redelivered = 0
    /// Fragments folded, by worker.
    public var workers: [String: Int] = [:]

    package init() {}
}

package enum JobEvent: Sendable {
    /// The job has begun; it can be named from now on.
    case accepted(JobID, JobKind)
    case progress(JobProgress)
    case notice(LedgerNotice)
    /// An attempt counted; a line for each run of a command.
    case attempted([AttemptRecord])
    case skipped(SkippedUnits)
    /// A worker says what it holds of this job.
    case held(WorkerReport)
    /// Nobody consumes the pool's queue.
    case noWorkers(Pool)
    case workersArrived(slots: Int)
    case connectionLost(String)
    case connectionRestored
    /// The broker is short of memory or disk, and takes nothing for now.
    case blocked(reason: String)
    case unblocked
    /// A reply that could not even be told to belong to a fragment went to the dead letters.
    case undecodable(String)
    case cancelling
}

/// Called on the coordinator's thread: it must only hand the event over.
package typealias JobObserver = @Sendable (JobEvent) -> Void
