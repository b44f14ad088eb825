/// What a person who watches a worker may want to see.
package enum WorkerEvent: Sendable {
    case connected(broker: String, pool: Pool, slots: Int)
    case connectionLost(String)
    case connectionRestored
    case blocked(reason: String)
    case unblocked
    /// A fragment arrived that another worker had been given before.
    case redelivered(FragmentID, times: Int64)
    case suspect(FragmentID)
    case failed(FragmentID, attempt: Int, reason: String)
    case refused(FragmentID, reason: String)
    case undecodable(String)
    /// An executor could not be started, or ended although it had nothing to do.
    case executorFailed(String)
    case cancelled(JobID)
    /// Nobody waits at the address of these fragments any more.
    case forgotten(fragments: Int, reason: String)
    /// An answer could not be written to the store, and goes in parts.
    case storeFailed(String)
    /// The first fragment of a job begins here.
    case began(JobID, JobKind)
    /// What was done of a job since the last summary.
    case summary(JobID, JobKind, fragments: Int, units: UInt64, over: Duration)
    /// Given back, since nothing ended here that they waited for.
    case yielded(fragments: Int)
    case draining(running: Int, givenBack: Int)
    /// The time to drain is over.
    case gaveUp(running: Int)
    /// All fragments that were done, and all messages that went to the dead letters.
    case stopped(done: Int, buried: Int)
}

/// Called on the worker's threads: it must only hand the event over.
package typealias WorkerObserver = @Sendable (WorkerEvent) -> Void
