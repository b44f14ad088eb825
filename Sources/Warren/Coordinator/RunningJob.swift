import AMQP

/// A ``JobRun`` of whatever kind: what a coordinator needs to know to carry several at once.
protocol RunningJob: Sendable {
    var id: JobID { get }
    var kind: JobKind { get }
    var parameters: [UInt8] { get }
    var nextDeadline: Instant? { get }
    var progress: JobProgress { get }

    mutating func handle(_ event: LedgerEvent, at now: Instant) -> [JobEffect]
    mutating func handle(_ message: ReplyMessage, at now: Instant) -> [JobEffect]
    mutating func sourceReady(at now: Instant) -> [JobEffect]
}

/// What a job wants done.
enum JobEffect: Sendable {
    case publish(Order, Fragment)
    /// Tell every worker to drop what it has of the job.
    case cancel
    case notice(LedgerNotice)
    /// The requester has been told; the job can be forgotten.
    case ended
}
