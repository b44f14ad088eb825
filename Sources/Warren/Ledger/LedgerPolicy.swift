/// The rules of a job that a requester may override; every one has a default that needs no thought.
public struct LedgerPolicy: Sendable, Codable, Hashable {
    /// How often a fragment that fails is tried again.
    public var retries = 3
    /// How often one is tried again that took its executor down.
    public var crashRetries = 2
    /// How often one is tried again that took longer than the time limit.
    public var timeoutRetries = 1
    /// How often one is tried again that used too much memory.
    public var memoryRetries = 1
    /// What becomes of the job if a unit fails for good.
    public var onFailure = OnFailure.stop
    /// Units in each fragment, in place of what measuring says.
    public var fragmentSize: UInt64?
    /// Fragments out at once, in place of what measuring says.
    public var window: Int?
    /// Whether what is late at the end may run a second time meanwhile; nil if the job decides, by ``Job/isPure``.
    public var backups: Bool?
    /// How long a fragment should take: long enough to make its message cheap, short enough to lose little
    /// with a worker, and to show progress.
    public var target: Duration = .milliseconds(250)
    /// The delay before the first retry; each further one waits twice as long, up to ``longestBackoff``.
    public var firstBackoff: Duration = .milliseconds(100)
    public var longestBackoff: Duration = .seconds(10)
    /// How often a fragment may take a worker down while it runs alone.
    public var deathsAlone = 2
    /// How long workers may refuse a kind before the job gives up: one that knows it may be starting.
    public var refusalLimit: Duration = .seconds(30)
    /// How often workers report what they hold, and so the length of a round of evidence.
    public var reportInterval: Duration = .seconds(5)
    /// After so many rounds without a report a fragment may have vanished.
    public var roundsUntilVanished = 3
    /// How long a job that has failed waits for workers to drop the rest.
    public var farewell: Duration = .seconds(3)

    /// What becomes of a job of which a unit has failed for good.
    public enum OnFailure: String, Sendable, Codable {
        /// It fails.
        case stop
        /// It goes on without the unit, and says so at the end.
        case skip
    }

    public init() {}

    func retries(after cause: AttemptFailure.Cause) -> Int {
        switch cause {
        case .error: retries
        case .crash: crashRetries
        case .timeout: timeoutRetries
        case .memory: memoryRetries
        case .oversize, .input: 0
        }
    }
}
