/// What becomes of the partials of a job: each of them is folded once, and the result is made of all of them.
package protocol Reducer: Sendable {
    associatedtype Partial
    associatedtype Output: Sendable

    /// Takes the partial of some of the units of `range`: of all of them, unless the worker answered unit by unit.
    ///
    /// - Throws: What makes the job fail, such as a full disk.
    mutating func fold(_ partial: Partial, of range: UnitRange) throws

    /// These units have failed for good, and the job goes on without them.
    mutating func skip(_ range: UnitRange) throws

    /// Every unit has been folded once, or skipped.
    ///
    /// - Throws: If what was folded proves that something went wrong; the job then fails with that message.
    mutating func finish() throws -> Output

    /// The job ends without a result.
    mutating func abandon()
}

/// Merges partials into a total as they come: the reducer of any job that says no more than its own type does.
struct MergingReducer<J: Job>: Reducer {
    private let job: J
    private var total: J.Partial

    init(_ job: J) {
        self.job = job
        self.total = job.identity
    }

    mutating func fold(_ partial: J.Partial, of range: UnitRange) { job.merge(partial, into: &total) }

    mutating func skip(_ range: UnitRange) {}

    mutating func finish() throws -> J.Output { try job.result(of: total) }

    mutating func abandon() {}
}
