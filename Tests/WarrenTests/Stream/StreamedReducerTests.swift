import Synchronization
import TestSupport
import Testing

@testable import Warren

struct StreamedReducerTests {
    /// Pieces of any size in any order, some units skipped, with so little memory that most of them go to a file.
    @Test func anyOrderOfAnyPiecesGivesTheSameBytes() throws {
        var random = SeededRandom()
        for _ in 0..<300 {
            let first = UInt64(random.below(5))
            let end = first + UInt64(random.below(200))
            var pieces: [(range: UnitRange, isSkipped: Bool)] = []
            var expected = "begin\n"
            var next = first
            while next < end {
                let range = next..<min(next + 1 + UInt64(random.below(20)), end)
                pieces.append((range, random.once(in: 5)))
                expected +=
                    pieces[pieces.count - 1].isSkipped
                    ? range.map { "no \($0)\n" }.joined() : Numbers.text(range)
                next = range.upperBound
            }
            let sink = MemorySink()
            var reducer = try StreamedReducer(job(), from: first, memory: random.below(300), to: sink)
            for (range, isSkipped) in pieces.shuffled(using: &random) {
                if isSkipped {
                    try reducer.skip(range)
                } else {
                    let partial = Pieces(Numbers.text(range), of: range)
                    try reducer.check(partial, of: range, isWhole: true)
                    try reducer.fold(partial, of: range, from: "w")
                }
            }
            try reducer.finish()
            #expect(sink.text == expected + "end\n")
            #expect(sink.state == .finished)
        }
    }

    @Test func pieceOfOtherUnitsIsRefused() throws {
        let reducer = try StreamedReducer(job(), from: 0, to: MemorySink())
        func check(_ range: UnitRange, of fragment: UnitRange, isWhole: Bool, text: String = "1\n") throws {
            try reducer.check(Pieces(text, of: range), of: fragment, isWhole: isWhole)
        }
        try check(2..<5, of: 2..<5, isWhole: true)
        try check(2..<4, of: 2..<5, isWhole: false)
        #expect(throws: WarrenError.self) { try check(2..<4, of: 2..<5, isWhole: true) }
        #expect(throws: WarrenError.self) { try check(2..<6, of: 2..<5, isWhole: false) }
        #expect(throws: WarrenError.self) { try check(2..<5, of: 2..<5, isWhole: true, text: "1") }
        #expect(throws: WarrenError.self) { try reducer.check(Pieces(), of: 2..<5, isWhole: true) }
        var twice = Pieces("2\n", of: 2..<3)
        twice.add(Pieces("3\n", of: 3..<5))
        #expect(throws: WarrenError.self) { try reducer.check(twice, of: 2..<5, isWhole: true) }
    }

    @Test func missingUnitsAreNoResult() throws {
        let sink = MemorySink()
        var reducer = try StreamedReducer(job(), from: 0, to: sink)
        try reducer.fold(Pieces("5\n", of: 5..<6), of: 5..<6, from: "w")
        #expect(throws: WarrenError.self) { try reducer.finish() }
        #expect(sink.state == .abandoned)
    }

    @Test func watcherSeesPiecesAsTheyCome() throws {
        let seen = Mutex<[String]>([])
        var reducer = try StreamedReducer(job(), from: 0, to: MemorySink()) { piece, units, worker in
            seen.withLock { $0.append("\(worker) \(units): \(piece)") }
        }
        try reducer.fold(Pieces("1\n", of: 1..<2), of: 1..<2, from: "tiger")
        try reducer.fold(Pieces("0\n", of: 0..<1), of: 0..<1, from: "lion")
        #expect(seen.withLock { $0 } == ["tiger 1..<2: 1\n", "lion 0..<1: 0\n"])
    }

    @Test func jobRunsInThisProcess() async throws {
        var parameters = Numbers.Parameters()
        parameters.first = 7
        parameters.count = 1000
        // Leaves the rest of many a fragment to others.
        parameters.leave = 9
        let expected = "begin\n" + Numbers.text(7..<1007) + "end\n"
        let written = Mutex<[UInt8]>([])
        let streamed = try await LocalRunner.run(Numbers.self, parameters: parameters, slots: 3) { bytes in
            written.withLock { $0 += bytes }
        }
        #expect(String(decoding: written.withLock { $0 }, as: UTF8.self) == expected)
        #expect(streamed.output == UInt64(expected.utf8.count))
        #expect(streamed.receipt.units == 1000)
        let held = try await LocalRunner.run(Numbers.self, parameters: parameters, slots: 3)
        #expect(held.output.description == expected)
    }

    private func job() -> Numbers { Numbers(parameters: Numbers.Parameters()) }
}

/// Keeps what it is given.
private final class MemorySink: ResultSink {
    enum State { case open, finished, abandoned }

    private let content = Mutex<(bytes: [UInt8], state: State)>(([], .open))

    var text: String { String(decoding: content.withLock { $0.bytes }, as: UTF8.self) }
    var state: State { content.withLock { $0.state } }

    func write(_ bytes: [UInt8]) { content.withLock { $0.bytes += bytes } }
    func finish() { content.withLock { $0.state = .finished } }
    func abandon() { content.withLock { $0.state = .abandoned } }
}
