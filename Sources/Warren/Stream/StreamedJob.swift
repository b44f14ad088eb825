/// A job whose result is written while it runs, in the order of its units, and never held as a whole: a picture, a
/// file that is converted, a table with a line for each unit.
///
/// Each fragment yields a *piece*, in place of a partial that is merged. The pieces come in any order from the workers;
/// a ``PieceWriter`` is given them in that of their units, each unit once, and turns them into the bytes of the result.
/// What is early waits, in memory up to a bound and then in a temporary file.
///
/// ```swift
/// struct Squares: StreamedJob {
///     static let kind: JobKind = "squares"
///     static let summary = "lists square numbers"
///     struct Parameters: JobParameters { @Parameter("how many") var count: UInt64 = 1000; init() {} }
///     let count: UInt64
///     init(parameters: Parameters) { count = parameters.count }
///
///     func source(for input: JobInput) -> RangeSource { RangeSource(0..<count) }
///     func piece(of numbers: Range<UInt64>, in context: FragmentContext) -> String {
///         numbers.map { "\($0 &* $0)\n" }.joined()
///     }
///     func writer() -> Lines { Lines() }
///
///     struct Lines: PieceWriter {
///         mutating func write(_ piece: String, of units: Range<UInt64>) -> [UInt8] { Array(piece.utf8) }
///     }
/// }
/// ```
///
/// The command line writes the result to `-o FILE`, whole or not at all, or to standard output as it comes. The same
/// bytes must follow however the units were cut: what the writer is given in two pieces it could as well be given in
/// one. The source numbers its units without gaps.
public protocol StreamedJob: Job where Partial == Pieces<Piece>, Output == StreamedBytes {
    /// What one fragment yields.
    associatedtype Piece: Payload & Sendable
    /// What makes the result of the pieces.
    associatedtype Writer: PieceWriter where Writer.Piece == Piece

    /// The MIME type of the result, `text/plain` unless you say otherwise. What is no text is not written to a terminal.
    static var mediaType: String { get }

    /// Computes the piece of a run of units, on a thread that does nothing else meanwhile.
    ///
    /// All that is said of ``Job/run(_:in:)`` holds. Units that are left with ``FragmentContext/leave(_:)``, or that
    /// failed, may only be the first or the last ones: a piece is of one run.
    func piece(of units: Source.Units, in context: FragmentContext) throws -> Piece

    /// Makes the writer. Called once, on the submitter.
    func writer() throws -> Writer
}

extension StreamedJob {
    public static var mediaType: String { "text/plain" }

    public func run(_ units: Source.Units, in context: FragmentContext) throws -> Pieces<Piece> {
        let piece = try piece(of: units, in: context)
        let notes = context.notes.content
        let range = context.id.range
        let missing = RunSet(notes.failed.map(\.range) + notes.rest)
        let covered = missing.gaps(in: range)
        guard covered.count <= 1 else {
            throw WarrenError(
                .job,
                """
                the piece of units \(range) leaves out \(missing.runs): a piece is of one run, so leave out the first \
                units or the last
                """
            )
        }
        return covered.first.map { Pieces(piece, of: $0) } ?? Pieces()
    }

    /// No pieces.
    public var identity: Pieces<Piece> { Pieces() }

    /// Keeps all pieces: only for whoever wants the result as a value. See ``StreamedBytes``.
    public func merge(_ partial: Pieces<Piece>, into total: inout Pieces<Piece>) { total.add(partial) }

    /// Writes all of it into memory.
    ///
    /// - Throws: What the writer throws; ``WarrenError/Code/job`` if units come twice.
    public func result(of total: Pieces<Piece>) throws -> StreamedBytes {
        var writer = try writer()
        var bytes = try writer.begin()
        var next: UInt64 = 0
        for (range, piece) in total.inOrder {
            guard range.lowerBound >= next else {
                throw WarrenError(.job, "the units \(range) come twice; please report this")
            }
            try writer.check(piece, of: range)
            bytes += try writer.write(piece, of: range)
            next = range.upperBound
        }
        return StreamedBytes(bytes: bytes + (try writer.finish()))
    }
}
