import TestSupport
import Testing

@testable import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct OrderedPiecesTests {
    private let directory = TemporaryDirectory()

    @Test func pieceThatIsDueIsHandedOutAtOnce() throws {
        var pieces = OrderedPieces(from: 7)
        var emitted: [[UInt8]] = []
        try pieces.insert(7..<9, [1, 2]) { emitted.append($0) }
        #expect(emitted == [[1, 2]])
        #expect(pieces.next == 9)
        #expect(pieces.waitingBytes == 0)
    }

    @Test(arguments: [0, 1 << 20])
    func earlyPiecesWaitForTheOneThatTheyJoin(bound: Int) throws {
        var pieces = OrderedPieces(memory: bound, directory: directory.path)
        var emitted: [[UInt8]] = []
        try pieces.insert(2..<3, [2]) { emitted.append($0) }
        try pieces.insert(1..<2, [1, 1]) { emitted.append($0) }
        try pieces.insert(4..<5, [4]) { emitted.append($0) }
        #expect(emitted == [])
        #expect(pieces.waitingBytes == 4)
        #expect(pieces.spilledBytes == (bound == 0 ? 4 : 0))
        try pieces.insert(0..<1, [0]) { emitted.append($0) }
        #expect(emitted == [[0], [1, 1], [2]])
        #expect(pieces.waitingBytes == 1)
        try pieces.insert(3..<4, [3]) { emitted.append($0) }
        #expect(emitted == [[0], [1, 1], [2], [3], [4]])
        #expect(pieces.next == 5)
        #expect(pieces.waitingBytes == 0)
    }

    @Test func skippedUnitsHoldNothingUp() throws {
        var pieces = OrderedPieces()
        var emitted: [[UInt8]] = []
        try pieces.skip(5..<8) { emitted.append($0) }
        try pieces.insert(8..<9, [8]) { emitted.append($0) }
        try pieces.insert(3..<5, []) { emitted.append($0) }
        #expect(emitted == [])
        try pieces.skip(0..<3) { emitted.append($0) }
        #expect(emitted == [[8]])
        #expect(pieces.next == 9)
    }

    @Test func memoryHasABound() throws {
        let bound = 1 << 20
        var pieces = OrderedPieces(memory: bound, directory: directory.path)
        var emitted = 0
        for unit in (UInt64(1)..<500).reversed() {
            try pieces.insert(unit..<unit + 1, [UInt8](repeating: UInt8(unit % 251), count: 10_000)) { _ in
                Issue.record("nothing is due")
            }
            #expect(pieces.waitingBytes - pieces.spilledBytes <= bound)
        }
        #expect(pieces.waitingBytes == 4_990_000)
        try pieces.insert(0..<1, [UInt8](repeating: 0, count: 10_000)) { bytes in
            let unit = UInt8(emitted % 251)
            #expect(bytes.count == 10_000 && bytes.allSatisfy { $0 == unit })
            emitted += 1
        }
        #expect(emitted == 500)
    }

    @Test func fileHasNoNameAndItsRoomIsUsedAgain() throws {
        var pieces = OrderedPieces(memory: 0, directory: directory.path)
        for unit in stride(from: UInt64(0), to: 20, by: 2) {
            try pieces.insert(unit + 1..<unit + 2, [1, 2, 3]) { _ in }
            #expect(pieces.fileEnd == 3)
            try pieces.insert(unit..<unit + 1, [4]) { _ in }
            #expect(pieces.fileEnd == 0)
        }
        try pieces.insert(30..<31, [1, 2, 3]) { _ in }
        #expect(pieces.spilledBytes == 3)
        // Only an empty directory can be removed.
        #expect(rmdir(directory.path) == 0)
    }

    @Test func folderThatCannotBeWrittenIsNamed() throws {
        var pieces = OrderedPieces(memory: 0, directory: directory.path + "/none")
        let error = #expect(throws: WarrenError.self) { try pieces.insert(1..<2, [1]) { _ in } }
        #expect(error?.code == .job)
        for word in [directory.path + "/none", "No such file", "TMPDIR"] {
            #expect(error?.message.contains(word) == true, "\(word)")
        }
    }

    @Test func secondOutputForUnitsIsRefused() throws {
        var pieces = OrderedPieces()
        try pieces.insert(0..<2, [1]) { _ in }
        try pieces.insert(4..<6, [2]) { _ in }
        for range: UnitRange in [0..<2, 1..<3, 4..<6, 3..<3] {
            #expect(throws: WarrenError.self) {
                try pieces.insert(range, [3]) { _ in Issue.record("\(range) was handed out") }
            }
        }
        #expect(pieces.next == 2)
        #expect(pieces.waitingBytes == 1)
    }

    @Test func outputThatCannotBeWrittenEndsIt() throws {
        var pieces = OrderedPieces()
        try pieces.insert(1..<2, [1]) { _ in }
        #expect(throws: CancellationError.self) {
            try pieces.insert(0..<1, [0]) { _ in throw CancellationError() }
        }
    }

    @Test func anyOrderOfAnyPiecesGivesTheSameOutput() throws {
        var random = SeededRandom()
        for _ in 0..<300 {
            let first = UInt64.random(in: 0...100, using: &random)
            let end = first + .random(in: 1...400, using: &random)
            let longest = UInt64.random(in: 1...20, using: &random)
            var cut: [(range: UnitRange, bytes: [UInt8]?)] = []
            var start = first
            while start < end {
                let range = start..<min(start + .random(in: 1...longest, using: &random), end)
                let isSkipped = Int.random(in: 0..<8, using: &random) == 0
                cut.append((range, isSkipped ? nil : random.bytes(.random(in: 0...200, using: &random))))
                start = range.upperBound
            }
            let expected = cut.compactMap(\.bytes).filter { !$0.isEmpty }

            let bound = Int.random(in: 0...2000, using: &random)
            var pieces = OrderedPieces(from: first, memory: bound, directory: directory.path)
            var emitted: [[UInt8]] = []
            var arrived = 0
            for piece in cut.shuffled(using: &random) {
                if let bytes = piece.bytes {
                    try pieces.insert(piece.range, bytes) { emitted.append($0) }
                } else {
                    try pieces.skip(piece.range) { emitted.append($0) }
                }
                arrived += piece.bytes?.count ?? 0
                #expect(pieces.waitingBytes == arrived - emitted.reduce(0) { $0 + $1.count })
                #expect(pieces.waitingBytes - pieces.spilledBytes <= bound)
            }
            #expect(emitted == expected)
            #expect(pieces.next == end)
            #expect(pieces.waitingBytes == 0)
            #expect(pieces.fileEnd == 0)
        }
    }
}
