/// The closing account of a job: every unit of it, and what it took.
public struct Receipt: Sendable, Codable, Hashable {
    public enum State: String, Sendable, Codable { case ok, failed, cancelled }

    public var job: JobID
    public var kind: JobKind
    public var state: State
    /// Units whose fragments were folded; with state `ok`, all there are.
    public var units: UInt64
    /// Fragments folded.
    public var fragments: Int
    /// Fragments that the input was cut into: those folded, and those that were not, had the job ended before.
    public var fragmentsCut: Int
    public var attempts: Int
    public var redelivered: Int
    public var retried: Int
    public var republished: Int
    public var halved: Int
    public var duplicatesDropped: Int
    /// Fragments that were given out a second time, being later than could be explained, and those of them that were
    /// answered first.
    public var backups: Int
    public var backupsWon: Int
    /// Fragments that a worker gave back unrun, because what they waited for did not end.
    public var yielded: Int
    /// Fragments whose partials the workers merged with others before they sent them.
    public var merged: Int
    /// Messages that reached the requester meanwhile and made no sense, or answered no job of its.
    public var strays: Int
    /// Units that failed for good and were passed over.
    public var skipped: UInt64
    /// Attempts that took their executor down.
    public var crashes: Int
    /// Attempts that took longer than the time limit.
    public var timeouts: Int
    /// Attempts that used more memory than a slot may.
    public var memoryKills: Int
    /// Processor time of all attempts that counted.
    public var cpuSeconds: Double
    /// The most memory that one of them had, in bytes.
    public var peakMemory: UInt64
    /// Fragments folded, by worker.
    public var workers: [String: Int]
    /// From submission to the end.
    public var seconds: Double
    /// Why the job has no result; nil if it has one.
    public var failure: String?
    /// SHA-256 of the result as it was written, in hexadecimal; nil without a result.
    public var resultSHA256: String?

    init(
        job: JobID,
        kind: JobKind,
        state: State,
        counters: LedgerCounters,
        usage: AttemptCost,
        merged: Int,
        strays: Int,
        seconds: Double,
        failure: String? = nil
    ) {
        self.job = job
        self.kind = kind
        self.state = state
        self.units = counters.units
        self.fragments = counters.fragments
        self.fragmentsCut = counters.fragmentsCut
        self.attempts = counters.attempts
        self.redelivered = counters.redelivered
        self.retried = counters.retried
        self.republished = counters.republished
        self.halved = counters.halved
        self.duplicatesDropped = counters.duplicatesDropped
        self.backups = counters.backups
        self.backupsWon = counters.backupsWon
        self.yielded = counters.yielded
        self.merged = merged
        self.strays = strays
        self.skipped = counters.skipped
        self.crashes = counters.crashes
        self.timeouts = counters.timeouts
        self.memoryKills = counters.memoryKills
        self.cpuSeconds = usage.cpuSeconds
        self.peakMemory = usage.peakMemory
        self.workers = counters.workers
        self.seconds = seconds
        self.failure = failure
    }
}
