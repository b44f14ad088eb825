import Warren

/// Makes one stream of what the runs of a command print: as they come, or in the order of the input.
struct CommandReducer: Reducer {
    private let output: OutputStream
    private let program: ReduceProgram?
    private let isTagged: Bool
    private var ordered: OrderedPieces?
    /// Shows what a run said on standard error.
    private let display: JobDisplay

    init(_ request: CommandRequest, to path: String?, _ display: JobDisplay) throws {
        output = try OutputStream(path: path) { display.makeWay(for: $0) }
        program = try request.reduce.map { [output] in try ReduceProgram($0, to: output) }
        isTagged = request.isTagged
        self.display = display
        guard request.keepsOrder else { return }
        var ordered = OrderedPieces(from: request.firstUnit)
        // Nothing is to come of what was done before.
        for run in request.done.runs { try ordered.skip(run) { _ in } }
        self.ordered = ordered
    }

    mutating func fold(_ partial: CommandPartial, of range: UnitRange, from worker: String) throws {
        // A fragment in which nothing was to be done.
        if partial.records.isEmpty { return try skip(range) }
        for record in partial.records where !record.hasFailed {
            if !record.errors.isEmpty { display.show(errors: record.errors) }
            let bytes = isTagged ? Self.tagged(record) : record.output
            if ordered == nil { try write(bytes) } else { try insert(record.range, bytes) }
        }
    }

    private mutating func insert(_ range: UnitRange, _ bytes: [UInt8]) throws {
        let (output, program) = (output, program)
        try ordered?.insert(range, bytes) { try Self.write($0, program, output) }
    }

    mutating func skip(_ range: UnitRange) throws {
        let (output, program) = (output, program)
        try ordered?.skip(range) { try Self.write($0, program, output) }
    }

    mutating func finish() throws -> WrittenResult {
        do {
            if let ordered, ordered.waitingBytes > 0 {
                throw WarrenError(.job, "output is left over that nothing came before; please report this")
            }
            try program?.finish()
        } catch {
            output.abandon()
            throw error
        }
        return try output.finish()
    }

    mutating func abandon() {
        program?.abandon()
        output.abandon()
    }

    private func write(_ bytes: [UInt8]) throws { try Self.write(bytes, program, output) }

    private static func write(_ bytes: [UInt8], _ program: ReduceProgram?, _ output: OutputStream) throws {
        if let program { try program.write(bytes) } else { try output.write(bytes) }
    }

    /// Each line behind its item and a tab.
    private static func tagged(_ record: CommandRecord) -> [UInt8] {
        let tag = (record.item ?? Array("\(record.range.lowerBound)-\(record.range.upperBound)".utf8))
        var tagged: [UInt8] = []
        for line in record.output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            tagged += tag + [UInt8(ascii: "\t")] + line + [UInt8(ascii: "\n")]
        }
        // What follows the last newline is no line.
        if record.output.isEmpty || record.output.last == UInt8(ascii: "\n") {
            tagged.removeLast(tag.count + 2)
        }
        return tagged
    }
}
