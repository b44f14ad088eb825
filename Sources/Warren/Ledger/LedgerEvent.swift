package import AMQP

/// What the coordinator tells the ledger.
package enum LedgerEvent: Sendable {
    /// The coordinator is ready to publish.
    case began
    /// The source handed out this run, in answer to ``LedgerAction/take(_:)``.
    case took(UnitRange)
    /// The source has no more, in answer to ``LedgerAction/take(_:)``.
    case exhausted
    /// What the broker says of the work queue; nil once it can no longer be asked.
    case queue(QueueState?)
    /// Which part of the pool's slots is for this job.
    case share(Double)
    /// The broker has the publication with this number.
    case confirmed(UnitRange, sequence: UInt64)
    /// The publication with this number was refused, returned or lost.
    case unsettled(UnitRange, sequence: UInt64, Publication.Outcome)
    /// A worker answered.
    case replied(UnitRange, Reply)
    /// A worker was given a fragment that another had been given before.
    case redelivered(UnitRange)
    /// A worker of the pool says who it is, and whether it would run the job.
    case present(worker: String, runsJob: Bool)
    /// A worker reports the fragments that it holds.
    case held([UnitRange])
    /// The reply queue is a new one: what was answered meanwhile is lost.
    case reconnected
    /// The requester does not want the result any more.
    case cancelled
    /// Something that no retry can help: the source or the folding failed.
    case broke(String)
    /// A deadline has passed.
    case tick

    package struct QueueState: Sendable, Hashable {
        package var ready: Int
        /// Each slot has a consumer of its own, so this is the number of slots.
        package var consumers: Int

        package init(ready: Int, consumers: Int) {
            self.ready = ready
            self.consumers = consumers
        }
    }

    package struct Reply: Sendable {
        package let attempt: Int
        package let worker: String
        package let outcome: Outcome
        /// Whether it is the answer to a backup.
        package let isBackup: Bool

        package init(attempt: Int, worker: String, outcome: Outcome, isBackup: Bool = false) {
            self.attempt = attempt
            self.worker = worker
            self.outcome = outcome
            self.isBackup = isBackup
        }
    }

    /// What was done of a fragment: all of it, but for these runs. They are disjoint and in order.
    package struct PartialSuccess: Sendable, Hashable {
        package struct Failed: Sendable, Hashable, Codable {
            package let range: UnitRange
            package let failure: AttemptFailure

            package init(_ range: UnitRange, _ failure: AttemptFailure) {
                self.range = range
                self.failure = failure
            }
        }

        package let seconds: Double
        package let failed: [Failed]
        /// What was not tried: the answer had become as large as one should.
        package let rest: [UnitRange]

        package init(seconds: Double, failed: [Failed], rest: [UnitRange]) {
            self.seconds = seconds
            self.failed = failed
            self.rest = rest
        }

        /// Whether all of it lies within the fragment, and nothing in it twice.
        func isPart(of range: UnitRange) -> Bool {
            let runs = (failed.map(\.range) + rest).sorted { $0.lowerBound < $1.lowerBound }
            var end = range.lowerBound
            for run in runs {
                guard run.lowerBound >= end, !run.isEmpty else { return false }
                end = run.upperBound
            }
            let left = rest.reduce(0) { $0 + $1.unitCount }
            return !runs.isEmpty && end <= range.upperBound && left < range.unitCount
        }
    }

    package enum Outcome: Sendable {
        case done(seconds: Double)
        /// The fragment ran, but for the runs that failed and those that were left for another fragment.
        case partly(PartialSuccess)
        case failed(AttemptFailure)
        case suspect
        case diedAlone
        case dropped
        /// It was not begun, since what it waited for did not end.
        case yielded
        case refused(String)
    }
}
