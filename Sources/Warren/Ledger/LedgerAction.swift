/// What the coordinator is to do, in order, before it tells the ledger of anything else.
package enum LedgerAction: Sendable, Equatable {
    /// Ask the source for at most so many units; answered by ``LedgerEvent/took(_:)`` or
    /// ``LedgerEvent/exhausted``, at once or later. There is never a second question before the answer.
    case take(UInt64)
    /// Publish the fragment.
    case publish(Order)
    /// The answer that is being handled counts, for better or worse: take down what the attempt cost.
    case account(UnitRange)
    /// Fold the partial of the reply that is being handled, and forget the fragment.
    case fold(UnitRange)
    /// Forget this fragment: it was folded but for these runs, which are out in its place.
    case carve(UnitRange, into: [UnitRange])
    /// Forget this fragment; its halves, cut at the unit, are out in its place.
    case split(UnitRange, at: UInt64)
    /// Forget this fragment: nobody waits for it any more.
    case drop(UnitRange)
    /// Forget this unit, which has failed for good, as the text says; the job goes on without it.
    case skip(UnitRange, String)
    /// Ask every worker who it is, and whether it would run the job.
    case rollCall
    /// Tell every worker to drop what it has of this fragment: it was answered elsewhere.
    case recall(UnitRange)
    /// Tell every worker that the job is over.
    case cancel
    /// Tell the person who watches.
    case notice(LedgerNotice)
    /// Every unit has been folded once.
    case finish
    /// The job is over without a result.
    case fail(WarrenError)

    package static func == (left: LedgerAction, right: LedgerAction) -> Bool {
        String(describing: left) == String(describing: right)
    }
}

/// One publication of a fragment.
package struct Order: Sendable, Hashable {
    package let range: UnitRange
    package let attempt: Int
    package let isAlone: Bool
    /// Whether it is out already, and this is a second copy.
    package let isBackup: Bool
    /// Counts the job's publications; tells their outcomes apart.
    package let sequence: UInt64
}

/// Something that a person who watches a job may want to know.
package enum LedgerNotice: Sendable, Hashable {
    case redelivered(UnitRange)
    case retrying(UnitRange, attempt: Int, worker: String, reason: String)
    case splitting(UnitRange, worker: String, reason: String)
    case runningAlone(UnitRange)
    case diedAlone(UnitRange)
    case refused(UnitRange, worker: String, reason: String)
    case vanished(UnitRange)
}
