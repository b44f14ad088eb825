import TestSupport
import Testing

@testable import Warren

struct PiecesTests {
    @Test func bytesGiveThePiecesBack() throws {
        var pieces = Pieces("one\n", of: 3..<4)
        pieces.add(Pieces("", of: 0..<3))
        let bytes = try pieces.encoded()
        let read = try Pieces<String>(decoding: bytes)
        #expect(read.all.map(\.range) == [3..<4, 0..<3])
        #expect(read.all.map(\.piece) == ["one\n", ""])
        #expect(read.inOrder.map(\.range) == [0..<3, 3..<4])
        #expect(try Pieces<String>(decoding: []).all.isEmpty)
    }

    @Test func nonsenseIsRefusedAndNeverTraps() throws {
        var random = SeededRandom()
        let bytes = try Pieces("some text", of: 5..<1000).encoded()
        for count in 1..<bytes.count {
            #expect(throws: (any Error).self) { try Pieces<String>(decoding: Array(bytes.prefix(count))) }
        }
        for _ in 0..<5000 {
            var changed = bytes
            changed[random.below(bytes.count)] = UInt8(random.below(256))
            if random.once(in: 2) { changed[random.below(24)] = UInt8(random.below(256)) }
            if let read = try? Pieces<String>(decoding: changed) {
                #expect(read.all.allSatisfy { !$0.range.isEmpty })
            }
        }
    }

    @Test func jobThatLeavesOutTheMiddleIsTold() throws {
        struct Gaps: StreamedJob {
            static let kind: JobKind = "gaps"
            static let summary = ""
            struct Parameters: JobParameters {}
            init(parameters: Parameters) {}
            func source(for input: JobInput) -> RangeSource { RangeSource(0..<10) }
            func piece(of units: Range<UInt64>, in context: FragmentContext) -> String {
                context.leave(4..<5)
                return ""
            }
            func writer() -> Numbers.Writer { Numbers.Writer() }
        }
        var random = SeededRandom()
        let id = FragmentID(job: JobID(milliseconds: 0, using: &random), range: 0..<10)
        let context = FragmentContext(id: id, attempt: 1, worker: "w", cancellation: Cancellation())
        let job = Gaps(parameters: Gaps.Parameters())
        #expect(throws: WarrenError.self) { try job.run(0..<10, in: context) }
    }
}
