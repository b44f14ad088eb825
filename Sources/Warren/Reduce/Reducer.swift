/// What becomes of the partials of a job: each of them is folded once, and the result is made of all of them.
package protocol Reducer: Sendable {
    associatedtype Partial
    associatedtype Output: Sendable

    /// Whether this can be the partial of `range`; asked as it arrives, before it is known to be needed.
    ///
    /// - Parameter isWhole: Whether it is of all of the units, and not of some of them.
    /// - Throws: If it cannot. It is then an answer that cannot be read: a failed attempt.
    func check(_ partial: Partial, of range: UnitRange, isWhole: Bool) throws

    /// Takes the partial of some of the units of `range`: of all of them, unless the worker answered unit by unit.
    ///
    /// - Parameter worker: Who computed it, for people.
    /// - Throws: What makes the job fail, such as a full disk.
    mutating func fold(_ partial: Partial, of range: UnitRange, from worker: String) throws

    /// These units have failed for good, and the job goes on without them.
    mutating func skip(_ range: UnitRange) throws

    /// Every unit has been folded once, or skipped.
    ///
    /// - Throws: If what was folded proves that something went wrong; the job then fails with that message.
    mutating func finish() throws -> Output

    /// The job ends without a result.
    mutating func abandon()
}

extension Reducer {
    package func check(_ partial: Partial, of range: UnitRange, isWhole: Bool) throws {}
}

/// Merges partials into a total as they come: the reducer of any job that says no more than its own type does.
struct MergingReducer<J: Job>: Reducer {
    private let job: J
    private var total: J.Partial

    init(_ job: J) {
        self.job = job
        self.total = job.identity
    }

    mutating func fold(_ partial: J.Partial, of range: UnitRange, from worker: String) {
        job.merge(partial, into: &total)
    }

    mutating func skip(_ range: UnitRange) {}

    mutating func finish() throws -> J.Output { try job.result(of: total) }

    mutating func abandon() {}
}
