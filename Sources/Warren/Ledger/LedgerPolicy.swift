/// The rules of a job that a requester may override; every one has a default that needs no thought.
public struct LedgerPolicy: Sendable, Codable, Hashable {
    /// How often a fragment that fails is tried again.
    public var retries = 3
    /// Units in each fragment, in place of what measuring says.
    public var fragmentSize: UInt64?
    /// Fragments out at once, in place of what measuring says.
    public var window: Int?
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

    public init() {}
}
