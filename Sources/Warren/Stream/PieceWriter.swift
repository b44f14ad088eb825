/// Turns the pieces of a ``StreamedJob`` into the bytes of its result.
///
/// It lives on the submitter and is used by one thread at a time. Bytes are returned rather than written, so it knows
/// neither files nor terminals. Whatever it keeps between two calls should be small beside the result.
public protocol PieceWriter: Sendable {
    associatedtype Piece

    /// The bytes before all pieces.
    mutating func begin() throws -> [UInt8]

    /// Whether this can be the piece of these units. Called as it arrives, in any order.
    ///
    /// - Throws: If it cannot: a worker of another version may have sent it. The fragment is tried again.
    func check(_ piece: Piece, of units: Range<UInt64>) throws

    /// The bytes that follow from the next piece: none, if it has to wait for others.
    ///
    /// - Parameter units: They begin where those of the last piece, or those skipped, have ended.
    /// - Throws: What makes the job fail.
    mutating func write(_ piece: Piece, of units: Range<UInt64>) throws -> [UInt8]

    /// The bytes in place of units that failed for good, if the requester wants the job to go on without them.
    mutating func skip(_ units: Range<UInt64>) throws -> [UInt8]

    /// The bytes after all pieces.
    ///
    /// - Throws: If something is missing; the job then fails, and no file is written.
    mutating func finish() throws -> [UInt8]
}

extension PieceWriter {
    public mutating func begin() throws -> [UInt8] { [] }
    public func check(_ piece: Piece, of units: Range<UInt64>) throws {}
    public mutating func skip(_ units: Range<UInt64>) throws -> [UInt8] { [] }
    public mutating func finish() throws -> [UInt8] { [] }
}
