import TestSupport
import Testing

@testable import Warren

struct TextSourceTests {
    @Test(arguments: [
        "", "a", "\n", "a\n", "a\nb", "\n\n", "a\r\nb\r\n", "one line that is longer than any fragment here",
        "\n\nx", "x\n\n",
    ])
    func lineBelongsToTheFragmentInWhichItStarts(_ text: String) throws {
        let input = TextFiles([Array(text.utf8)])
        for size in 1...UInt64(text.utf8.count + 1) {
            for piece in try input.cut({ size }) {
                #expect(
                    try input.lines(of: piece) == input.lines(startingIn: piece.range),
                    "\(size) a fragment"
                )
            }
        }
    }

    @Test func anyCutGivesEachLineOnce() throws {
        var random = SeededRandom()
        for round in 0..<1500 {
            let alphabet = Array(
                (round % 3 == 0 ? "ab\n" : round % 3 == 1 ? "abcdefghijklmno\n" : "a\r\n").utf8
            )
            let files = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                random.bytes(Int.random(in: 0...90, using: &random), from: alphabet)
            }
            let input = TextFiles(files)
            let largest = UInt64.random(in: 1...60, using: &random)
            var all: [[UInt8]] = []
            for fragment in try input.cut({ .random(in: 1...largest, using: &random) }) {
                for piece in try split(fragment, &random) {
                    let lines = try input.lines(of: piece)
                    #expect(lines == input.lines(startingIn: piece.range), "round \(round), \(piece.range)")
                    all += lines
                }
            }
            #expect(all == input.lines, "round \(round)")
        }
    }

    @Test func linesBeyondEveryBufferAreWhole() throws {
        var random = SeededRandom()
        for round in 0..<6 {
            var text: [UInt8] = []
            for _ in 0..<12 {
                let length =
                    [3, 4095, 4096, 70_000, 262_143, 262_144, 600_000].randomElement(using: &random) ?? 0
                text += [UInt8](repeating: .random(in: 97...122, using: &random), count: length) + [10]
            }
            if round % 2 == 0 { text.removeLast() }
            let input = TextFiles([text])
            var all: [[UInt8]] = []
            for piece in try input.cut({ .random(in: 1...900_000, using: &random) }) {
                let lines = try input.lines(of: piece)
                #expect(lines == input.lines(startingIn: piece.range), "round \(round), \(piece.range)")
                all += lines
            }
            #expect(all == input.lines, "round \(round)")
        }
    }

    @Test func fragmentHoldsNoMoreFilesThanItsBound() throws {
        let input = TextFiles((0..<600).map { _ in Array("x\n".utf8) })
        let fragments = try input.cut { .max }
        #expect(fragments.count == 3)
        #expect(try fragments.flatMap { try input.lines(of: $0) } == input.lines)
    }

    @Test func unitsAreTheBytesOfAllFiles() throws {
        let input = TextFiles([Array("abc".utf8), [], Array("de\n".utf8)])
        let source = try TextSource(input.input)
        #expect(source.unitCount == 6)
        #expect(try input.cut { 4 }.map(\.range) == [0..<4, 4..<6])
        #expect(try TextFiles([[], []]).cut { 4 }.isEmpty)
    }

    @Test func linesComeWithoutTheirEnds() throws {
        let text = Text(.lines(ArraySlice("a\r\n\r\n\nb\rc\nlast\r".utf8)))
        var lines: [String] = []
        try text.forEachLine { line in
            lines.append(line.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
        }
        #expect(lines == ["a", "", "", "b\rc", "last\r"])
    }

    @Test func noInputIsRefused() {
        let error = #expect(throws: WarrenError.self) { try TextSource(.none) }
        #expect(error?.code == .usage)
    }

    @Test func payloadThatIsNoneOfOursIsRefused() throws {
        var random = SeededRandom()
        let input = TextFiles([Array("some\ntext\n".utf8)])
        let fragment = try #require(try input.cut { 7 }.first)
        for count in 0..<fragment.payload.count {
            let payload = Array(fragment.payload.prefix(count))
            #expect(throws: (any Error).self) {
                try TextSource.units(of: Fragment(range: fragment.range, payload: payload))
            }
        }
        for _ in 0..<3000 {
            var payload = fragment.payload
            let at = Int.random(in: 0..<payload.count, using: &random)
            payload[at] = .random(in: 0...255, using: &random)
            // Whatever decodes must also be readable or fail, never trap.
            guard let text = try? TextSource.units(of: Fragment(range: fragment.range, payload: payload))
            else {
                continue
            }
            try? text.forEachChunk { _ in }
        }
        let backwards = Array(#"F[{"path":"/x","size":9,"modified":0,"from":5,"to":5}]"#.utf8)
        #expect(throws: (any Error).self) {
            try TextSource.units(of: Fragment(range: 0..<1, payload: backwards))
        }
        let beyond = Array(#"F[{"path":"/x","size":9,"modified":0,"from":5,"to":10}]"#.utf8)
        #expect(throws: (any Error).self) {
            try TextSource.units(of: Fragment(range: 0..<1, payload: beyond))
        }
    }

    private func split(_ fragment: Fragment, _ random: inout SeededRandom) throws -> [Fragment] {
        let range = fragment.range
        guard range.count > 1, Bool.random(using: &random) else { return [fragment] }
        let unit = UInt64.random(in: range.lowerBound + 1..<range.upperBound, using: &random)
        let (first, second) = try TextSource.split(fragment, at: unit)
        #expect(first.range == range.lowerBound..<unit && second.range == unit..<range.upperBound)
        return try split(first, &random) + split(second, &random)
    }
}
