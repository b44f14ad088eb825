/// What the ledger has counted so far: the figures of the receipt.
public struct LedgerCounters: Sendable, Codable, Hashable {
    /// Units of fragments that were folded.
    public var units: UInt64 = 0
    /// Fragments that the input was cut into, halves in place of what they came from.
    public var fragmentsCut = 0
    /// Fragments that were folded.
    public var fragments = 0
    /// Tries of fragments: each fragment's first, and every further one after a failure.
    public var attempts = 0
    /// Deliveries that followed another delivery of the same message.
    public var redelivered = 0
    /// Failures that were followed by another try.
    public var retried = 0
    /// Units that failed for good and were passed over.
    public var skipped: UInt64 = 0
    /// Attempts that took their executor down.
    public var crashes = 0
    /// Attempts that took longer than the time limit.
    public var timeouts = 0
    /// Attempts that used more memory than a slot may.
    public var memoryKills = 0
    /// Publications repeated because there was evidence that the first was lost.
    public var republished = 0
    /// Fragments that were given out a second time, being later than could be explained.
    public var backups = 0
    /// Those of them that were answered first.
    public var backupsWon = 0
    /// Fragments that a worker gave back unrun, because what they waited for did not end.
    public var yielded = 0
    /// Fragments replaced by their halves.
    public var halved = 0
    /// Replies that were not counted, because their fragment was not out, or not at that attempt.
    public var duplicatesDropped = 0
    /// Fragments folded, by the worker that answered them.
    public var workers: [String: Int] = [:]

    public init() {}
}
