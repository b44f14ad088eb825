/// What becomes of the partials of a job: each of them is folded once, and the result is made of all of them.
package protocol Reducer: Sendable {
    associatedtype Partial
    associatedtype Output: Sendable

    /// Whether it makes no difference to it which fragments a partial is of, so that workers may merge some.
    static var takesMerged: Bool { get }

    /// Takes the partial of a whole fragment as it came.
    ///
    /// - Parameter done: Called with what was wrong with the bytes, if anything, on any thread, if the answer is
    ///   ``Folding/later``.
    /// - Returns: ``Folding/declined`` unless it can do without a ``Partial``; it is then called again with one.
    mutating func fold(encoded body: [UInt8], then done: @escaping @Sendable ((any Error)?) -> Void)
        -> Folding

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

    /// Every unit has been folded once, or skipped; nothing is folded any more.
    ///
    /// - Throws: If what was folded proves that something went wrong; the job then fails with that message.
    mutating func finish() throws -> Output

    /// The job ends without a result.
    mutating func abandon()
}

/// What came of an encoded partial.
package enum Folding {
    case done
    /// It is no partial, and nothing was folded.
    case unreadable(any Error)
    /// Another thread is at it.
    case later
    case declined
}

extension Reducer {
    package static var takesMerged: Bool { false }

    package mutating func fold(
        encoded body: [UInt8],
        then done: @escaping @Sendable ((any Error)?) -> Void
    ) -> Folding { .declined }

    package func check(_ partial: Partial, of range: UnitRange, isWhole: Bool) throws {}
}
