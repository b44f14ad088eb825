/// Writes the result of a ``StreamedJob`` as its pieces come due.
///
/// Memory: what the writer keeps, one piece, and early pieces up to a bound; past it they wait in a temporary file.
package struct StreamedReducer<J: StreamedJob, Sink: ResultSink>: Reducer {
    /// Sees each piece when it comes, in any order, with the name of the worker that computed it.
    package typealias Watcher = @Sendable (_ piece: J.Piece, _ units: UnitRange, _ worker: String) -> Void

    /// Of early pieces in memory, unless told otherwise.
    package static var memory: Int { 16 << 20 }

    private var writer: J.Writer
    private var ordered: OrderedPieces
    private let sink: Sink
    private let watcher: Watcher?
    private var hasBegun = false

    /// - Parameter first: The number of the first unit of all.
    package init(
        _ job: J,
        from first: UInt64,
        memory: Int = Self.memory,
        to sink: Sink,
        watcher: Watcher? = nil
    ) throws {
        self.writer = try job.writer()
        self.ordered = OrderedPieces(from: first, memory: memory)
        self.sink = sink
        self.watcher = watcher
    }

    package func check(_ partial: Pieces<J.Piece>, of range: UnitRange, isWhole: Bool) throws {
        let runs = partial.all.map(\.range)
        let fits = isWhole ? runs == [range] : runs.count <= 1 && runs.allSatisfy { range.contains($0) }
        guard fits else {
            throw WarrenError(.incompatible, "it is not of the units \(range), but of \(runs)")
        }
        for (range, piece) in partial.all { try writer.check(piece, of: range) }
    }

    package mutating func fold(_ partial: Pieces<J.Piece>, of _: UnitRange, from worker: String) throws {
        for (range, piece) in partial.all {
            watcher?(piece, range, worker)
            guard range.lowerBound == ordered.next else {
                try take(range, Self.record(range, try piece.encoded()))
                continue
            }
            // Most of them: no need to go through bytes.
            try begin()
            try sink.write(try writer.write(piece, of: range))
            try take(range, [])
        }
    }

    package mutating func skip(_ range: UnitRange) throws {
        try take(range, Self.record(range, nil))
    }

    package mutating func finish() throws -> Sink.Summary {
        do {
            guard ordered.waitingBytes == 0 else {
                throw WarrenError(.job, "pieces are left over that nothing came before; please report this")
            }
            try begin()
            try sink.write(try writer.finish())
        } catch {
            sink.abandon()
            throw error
        }
        return try sink.finish()
    }

    package mutating func abandon() { sink.abandon() }

    private mutating func begin() throws {
        guard !hasBegun else { return }
        hasBegun = true
        try sink.write(try writer.begin())
    }

    private mutating func take(_ range: UnitRange, _ record: [UInt8]) throws {
        try begin()
        try Self.insert(range, record, into: &ordered, with: &writer, to: sink)
    }

    private static func insert(
        _ range: UnitRange,
        _ record: [UInt8],
        into ordered: inout OrderedPieces,
        with writer: inout J.Writer,
        to sink: Sink
    ) throws {
        try ordered.insert(range, record) { try write($0, with: &writer, to: sink) }
    }

    // MARK: what waits

    /// A piece while it waits: its units, whether there is one, its bytes. Never empty, so it is seen to wait.
    private static func record(_ range: UnitRange, _ piece: [UInt8]?) -> [UInt8] {
        var record: [UInt8] = []
        record.reserveCapacity(17 + (piece?.count ?? 0))
        record.append(littleEndian: range.lowerBound)
        record.append(littleEndian: range.upperBound)
        record.append(piece == nil ? 0 : 1)
        record += piece ?? []
        return record
    }

    private static func write(_ record: [UInt8], with writer: inout J.Writer, to sink: Sink) throws {
        guard let first = record[...].littleEndian(at: 0), let end = record[...].littleEndian(at: 8),
            first < end,
            record.count >= 17
        else { throw WarrenError(.job, "a piece that waited has changed; please report this") }
        guard record[16] == 1 else { return try sink.write(try writer.skip(first..<end)) }
        try sink.write(try writer.write(J.Piece(decoding: Array(record[17...])), of: first..<end))
    }
}
