/// A kind of work that Warren can split over many machines.
///
/// A job cuts its input into runs of *units*, computes a *partial* from any run of them, and merges the
/// partials into one result. Everything else is Warren's: sending fragments, killing no time, losing none,
/// counting each once.
///
/// ```swift
/// struct CountVowels: Job {
///     static let kind: JobKind = "vowels"
///     static let summary = "counts the vowels of a text"
///     struct Parameters: JobParameters { init() {} }
///     init(parameters: Parameters) {}
///
///     func source(for input: JobInput) throws -> TextSource { try TextSource(input) }
///     func run(_ text: Text, in context: FragmentContext) throws -> UInt64 { … }
///     var identity: UInt64 { 0 }
///     func merge(_ partial: UInt64, into total: inout UInt64) { total += partial }
///     func result(of total: UInt64) -> UInt64 { total }
/// }
/// ```
///
/// Units, partials and results must not depend on how the input was cut: any fragments, in any order, on any
/// number of workers, yield the same result to the last bit. Sums of floating-point numbers do not.
public protocol Job: Sendable {
    /// What a requester may choose; its property names are the keys of job files and of `--set`.
    associatedtype Parameters: JobParameters
    /// What cuts the input: ``RangeSource``, ``TextSource``, or one of your own.
    associatedtype Source: FragmentSource
    /// What one fragment yields.
    associatedtype Partial: Payload & Sendable
    /// The result as the requester sees it: `description` is its text form, its encoding the JSON form.
    associatedtype Output: Encodable & Sendable & CustomStringConvertible

    /// The kind's name: a contract between submitters and workers, so never change it for the same work.
    static var kind: JobKind { get }

    /// What the job does, in a few words, for `warren kinds`.
    static var summary: String { get }

    /// Whether a fragment may run twice at the same time with no harm done: it has no side effects. What is late at the
    /// end of the job is then given out a second time. False unless you say so.
    static var isPure: Bool { get }

    /// Makes the job ready, on the submitter and once on each worker.
    ///
    /// - Throws: A description of the parameter that makes no sense; the submitter then sends nothing.
    init(parameters: Parameters) throws

    /// Cuts the input. Called on the submitter alone.
    func source(for input: JobInput) throws -> Source

    /// Computes the partial of a run of units, on a thread that does nothing else meanwhile.
    ///
    /// It may run twice for the same units, on other machines, at the same time, so it should have no side
    /// effects. Long runs call ``FragmentContext/checkCancellation()`` now and then.
    /// - Throws: Anything; the fragment is then tried again, up to the job's limit.
    func run(_ units: Source.Units, in context: FragmentContext) throws -> Partial

    /// The partial of no units at all; merging it changes nothing.
    var identity: Partial { get }

    /// Merges a partial into the total: associative and commutative.
    func merge(_ partial: Partial, into total: inout Partial)

    /// Merges a partial into the total as it travelled. Unless you write one that does without, it makes a value of it
    /// first; where partials are large, that is half of the work.
    ///
    /// - Throws: For any bytes that are no partial; the total must be as it was before.
    func merge(decoding bytes: [UInt8], into total: inout Partial) throws

    /// Turns the total into the result.
    ///
    /// - Throws: If the total proves that something went wrong; the job then fails with that message.
    func result(of total: Partial) throws -> Output
}

extension Job {
    public static var isPure: Bool { false }

    public func merge(decoding bytes: [UInt8], into total: inout Partial) throws {
        merge(try Partial(decoding: bytes), into: &total)
    }
}
