/// A worker that answered a roll-call, and how its clock compares with this machine's.
package struct WorkerSighting: Sendable, Hashable {
    package var report: WorkerReport
    /// How far its clock is ahead, in seconds; nil if it did not say what time it is there.
    package var clockAhead: Double?
    /// By how much that may be wrong: half of the time that the answer took.
    package var clockError: Double

    package init(report: WorkerReport, asked: Double, came: Double) {
        self.report = report
        clockAhead = report.now.map { $0 - (asked + came) / 2 }
        clockError = max(came - asked, 0) / 2
    }

    /// How far its clock is off for sure, in seconds.
    package var skew: Double { max(abs(clockAhead ?? 0) - clockError, 0) }
}
