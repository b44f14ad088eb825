import Warren

/// Lists numbers, a line each: a streamed job as small as they come. What is skipped is listed as such.
struct Numbers: StreamedJob {
    static let kind: JobKind = "numbers"
    static let summary = "lists numbers"

    struct Parameters: JobParameters {
        @Parameter("the first") var first: UInt64 = 0
        @Parameter("how many") var count: UInt64 = 100
        @Parameter("leave units that are a multiple of this to others") var leave: UInt64 = 0
    }

    let parameters: Parameters

    func source(for input: JobInput) -> RangeSource {
        RangeSource(parameters.first..<parameters.first + parameters.count)
    }

    func piece(of units: Range<UInt64>, in context: FragmentContext) -> String {
        var end = units.upperBound
        if parameters.leave > 0, let unit = units.dropFirst().first(where: { $0 % parameters.leave == 0 }) {
            end = unit
            context.leave(end..<units.upperBound)
        }
        return Self.text(units.lowerBound..<end)
    }

    func writer() -> Writer { Writer() }

    static func text(_ units: Range<UInt64>) -> String { units.map { "\($0)\n" }.joined() }

    struct Writer: PieceWriter {
        mutating func begin() -> [UInt8] { Array("begin\n".utf8) }

        func check(_ piece: String, of units: Range<UInt64>) throws {
            guard piece.last == "\n" else { throw WarrenError(.incompatible, "a line has no end") }
        }

        mutating func write(_ piece: String, of units: Range<UInt64>) -> [UInt8] { Array(piece.utf8) }

        mutating func skip(_ units: Range<UInt64>) -> [UInt8] {
            Array(units.map { "no \($0)\n" }.joined().utf8)
        }

        mutating func finish() -> [UInt8] { Array("end\n".utf8) }
    }
}
