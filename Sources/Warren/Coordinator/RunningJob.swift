import AMQP

/// A ``JobRun`` of whatever kind: what a coordinator needs to know to carry several at once.
protocol RunningJob: Sendable {
    var id: JobID { get }
    var kind: JobKind { get }
    var parameters: [UInt8] { get }
    /// Whether workers may merge partials.
    var mayMerge: Bool { get }
    /// How long an attempt may take.
    var timeLimit: Duration? { get }
    /// What it claims of the slots, beside other jobs.
    var weight: Int { get }
    /// Whether it has more to send.
    var wantsSlots: Bool { get }
    /// Whether it still works towards a result.
    var isRunning: Bool { get }
    var nextDeadline: Instant? { get }
    var progress: JobProgress { get }

    mutating func handle(_ event: LedgerEvent, at now: Instant) -> [JobEffect]
    mutating func handle(_ message: ReplyMessage, at now: Instant) -> [JobEffect]
    mutating func handle(_ merged: MergedReply, at now: Instant) -> [JobEffect]
    mutating func sourceReady(at now: Instant) -> [JobEffect]
    mutating func folded(_ range: UnitRange, _ error: (any Error)?, at now: Instant) -> [JobEffect]
    /// Whether an answer to a fragment would change anything.
    func wants(_ range: UnitRange) -> Bool
    /// What a fragment that is out carries.
    func payload(of range: UnitRange) -> [UInt8]?
    /// Whether all that is out carries so much that the broker had better not hold it.
    var isHeavy: Bool { get }
    /// The partials that have arrived and are not in the result yet, in bytes.
    var bytesToFold: Int { get }
    /// A message arrived that belonged to no job, or made no sense.
    mutating func strayed()
}

/// What a job wants done.
enum JobEffect: Sendable {
    case publish(Order, Fragment)
    /// An attempt counts, for better or worse.
    case attempted(AttemptAccount)
    case skipped(SkippedUnits)
    /// Ask every worker who it is.
    case rollCall
    /// Tell every worker to drop what it has of this fragment.
    case recall(FragmentID)
    /// Tell every worker to drop what it has of the job.
    case cancel
    case notice(LedgerNotice)
    /// The job can be forgotten, and its requester is to be told: after all else, so that nothing comes too late.
    case ended(tell: @Sendable () -> Void)
}

/// An answer that counted, for whoever keeps a log of attempts.
struct AttemptAccount: Sendable {
    let message: ReplyMessage
    /// The runs of a command.
    let records: [CommandRecord]

    init(_ message: ReplyMessage, partial: CommandPartial?) {
        self.message = message
        self.records = partial?.records ?? []
    }

    /// A line for each run of a command; one for the whole if it was none, or did not come to that.
    func records(host: String) -> [AttemptRecord] {
        guard records.isEmpty else {
            return records.map { record($0.range, $0.item, $0.cost, $0.exitCode, $0.signal, host) }
        }
        let isDone = if case .done = message.reply.outcome { true } else { false }
        return [record(message.id.range, nil, message.cost, isDone ? 0 : 1, nil, host)]
    }

    private func record(
        _ range: UnitRange,
        _ item: [UInt8]?,
        _ cost: AttemptCost,
        _ exit: Int?,
        _ signal: Int?,
        _ host: String
    ) -> AttemptRecord {
        AttemptRecord(
            job: message.id.job,
            range: range,
            item: item,
            worker: message.reply.worker,
            host: host,
            started: cost.started,
            seconds: cost.seconds,
            attempt: message.reply.attempt,
            exit: exit,
            signal: signal,
            cpuSeconds: cost.cpuSeconds,
            peakMemory: cost.peakMemory
        )
    }
}
