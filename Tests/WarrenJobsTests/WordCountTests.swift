import TestSupport
import Testing

@testable import Warren
@testable import WarrenJobs

struct WordCountTests {
    @Test func resultReadsLikeThatOfTheYardstick() throws {
        let found = try count("The cat; the DOG\nthe cat\r\n\nnaïve x\u{212A}y", top: 4)
        #expect(found.description == "total 10\ndistinct 7\n3 the\n2 cat\n1 dog\n1 na")
        let json = try JSONCoding.encode(try count("b a b", top: 1))
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"distinct":2,"top":[{"count":2,"word":"b"}],"total":3}"#
        )
    }

    @Test func topLimitsTheListAndNothingElse() throws {
        #expect(try count("a b a", top: 0).description == "total 3\ndistinct 2")
        #expect(try count("a b a", top: .max).top.count == 2)
        #expect(try count("", top: 5).description == "total 0\ndistinct 0")
    }

    @Test func negativeTopIsRefused() throws {
        var parameters = WordCount.Parameters()
        parameters.top = -1
        let error = #expect(throws: WarrenError.self) { try WordCount(parameters: parameters) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("-1") == true)
    }

    @Test func onlyTheLettersOfASCIIMakeWords() throws {
        for byte in UInt8.min...UInt8.max {
            let expected = NaiveWordCount([byte]).lines
            #expect(lines([byte]) == expected, "byte \(byte)")
            // In the middle of a register, and of a long word.
            let text = Array("abc".utf8) + [byte] + Array("defghijklmnop".utf8)
            let isLetter = expected.count == 1
            #expect(table(text).distinct == (isLetter ? 1 : 2), "byte \(byte)")
        }
    }

    @Test func wordsOfEveryLengthEndAtEveryOffset() {
        for length in Array(1...40) + Array(60...70) {
            for lead in Array(0...17) + Array(56...65) {
                let text = [UInt8](repeating: 32, count: lead) + (0..<length).map { 97 + UInt8($0 % 26) }
                for tail in 0...9 {
                    let all = text + [UInt8](repeating: 46, count: tail)
                    #expect(
                        lines(all) == NaiveWordCount(all).lines,
                        "\(length) letters after \(lead), before \(tail)"
                    )
                }
            }
        }
    }

    @Test func longWordsThatDifferInOneLetterAreTold() {
        var text: [UInt8] = []
        let word = [UInt8](repeating: UInt8(ascii: "q"), count: 37)
        for position in word.indices {
            var other = word
            other[position] = UInt8(ascii: position % 2 == 0 ? "r" : "R")
            text += other + [10] + other.map { $0 ^ 0x20 } + [10]
        }
        #expect(lines(text) == NaiveWordCount(text).lines)
    }

    @Test func wordsWhoseHashesCollideAreTold() {
        for length in 17...48 {
            var table = WordTable()
            let word = [UInt8](repeating: UInt8(ascii: "q"), count: length)
            // The same key for all, as if their hashes were the same.
            let scanned = ScannedWord(start: 0, length: length, first: 4711, second: 42)
            table.add(scanned, of: word.span.bytes, count: 1)
            for position in word.indices {
                var other = word
                other[position] = UInt8(ascii: "r")
                let isNew = table.add(scanned, of: other.span.bytes, count: 1)
                #expect(isNew, "\(length) letters, another at \(position)")
            }
            let isKnown = !table.add(scanned, of: word.span.bytes, count: 1)
            #expect(isKnown)
        }
    }

    @Test func countsAgreeWithANaiveCountOnRandomText() {
        var random = SeededRandom()
        let alphabets = ["ab \n", "abcdefghijklmnopqrstuvwxyz ABC.\n", "aA \u{e9}z\n", "aaaaaaaaaaaaaaaab "]
        for round in 0..<400 {
            let alphabet = Array(alphabets[round % alphabets.count].utf8)
            let text = random.bytes(Int.random(in: 0...600, using: &random), from: alphabet)
            #expect(lines(text) == NaiveWordCount(text).lines, "round \(round)")
        }
    }

    /// A text is looked at in 64 bytes at a time; a chunk ends wherever a line does.
    @Test func textsOfEveryLengthAreCountedToTheirEnd() {
        var random = SeededRandom()
        for length in 0...200 {
            let text = random.bytes(length, from: Array("aBz {@`[".utf8))
            #expect(lines(text) == NaiveWordCount(text).lines, "\(length) bytes")
            let letters = [UInt8](repeating: UInt8(ascii: "Q"), count: length)
            #expect(lines(letters) == NaiveWordCount(letters).lines, "\(length) letters")
        }
    }

    @Test func wordsThatBeginAlikeAreTold() {
        var random = SeededRandom()
        let word = random.bytes(80, from: Array("ab".utf8))
        var text: [UInt8] = []
        for length in 1...80 { text += word.prefix(length) + [32] + word.suffix(length) + [10] }
        #expect(lines(text) == NaiveWordCount(text).lines)
    }

    @Test func tableGrowsWithItsWords() {
        var random = SeededRandom()
        let letters = Array("abcdefghijklmnopqrstuvwxyz".utf8)
        var text: [UInt8] = []
        for _ in 0..<9000 {
            text += random.bytes(Int.random(in: 1...24, using: &random), from: letters) + [32]
        }
        let naive = NaiveWordCount(text)
        #expect(lines(text) == naive.lines)
        #expect(table(text).total == naive.total)
    }

    @Test func aWordMayBeAsLongAsItLikes() {
        let word = [UInt8](repeating: UInt8(ascii: "W"), count: 10_000_000)
        var table = WordTable()
        table.count((word + [10]).span.bytes)
        table.count(word.span.bytes)
        #expect(table.distinct == 1)
        #expect(table.entries.first?.count == 2)
        #expect(table.entries.first?.word.length == word.count)
    }

    @Test func mostFrequentIsThePrefixOfAllInOrder() {
        var random = SeededRandom()
        let text = random.bytes(5000, from: Array("abcABC ".utf8))
        let all = NaiveWordCount(text).lines
        let table = table(text)
        for limit in [1, 2, 3, 7, all.count - 1, all.count, all.count + 1] {
            let top = table.mostFrequent(limit).map { "\($0.count) \(table.text(of: $0))" }
            #expect(top == Array(all.prefix(limit)), "limit \(limit)")
        }
    }

    @Test func anyCutGivesTheSameResult() throws {
        var cutting = Cutting()
        for round in 0..<150 {
            let alphabet = Array("abcdefghij klm\nNOP".utf8)
            let text = cutting.random.bytes(Int.random(in: 1...2000, using: &cutting.random), from: alphabet)
            let file = TemporaryFile(text)
            let job = try WordCount(parameters: .init())
            let input = JobInput.files([try InputFile(path: file.path)])
            let whole = try Cutting.whole(job, on: input)
            #expect(whole.total == NaiveWordCount(text).total, "round \(round)")
            #expect(try cutting.pieces(job, on: input, largest: 300) == whole, "round \(round)")
        }
    }

    @Test func partialReadsOnlyWhatItWrites() throws {
        var random = SeededRandom()
        for _ in 0..<5 {
            let text = random.bytes(400, from: Array("abcdefghi ABCDEFGHI.".utf8))
            try expectOnlyOwnBytes(
                table(text + Array(" internationalisation internationalized ".utf8)),
                random: &random
            )
        }
    }

    @Test(
        arguments: [
            [1, 1, 65, 0], [1, 0, 97, 0], [2, 1, 97, 0, 1, 97, 0], [1, 1, 97], [1, 1, 0], [1, 1, 32, 97, 0],
            [1, 1, 97, 0, 0], [255, 255, 255, 255, 255, 255, 255, 255, 255, 1], [128, 0],
        ] as [[UInt8]]
    )
    func partialRefuses(_ bytes: [UInt8]) {
        #expect(throws: WarrenError.self) { try WordTable(decoding: bytes) }
    }

    @Test func hugeCountsFromTheNetworkDoNotTrap() throws {
        var bytes: [UInt8] = [1]
        bytes.appendVarint(UInt64.max)
        let partial = try WordTable(decoding: bytes + [97, 0])
        var total = partial
        total.merge(partial)
        #expect(total.total == UInt64.max &+ UInt64.max)
    }

    @Test func cancelledRunStops() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        let job = try WordCount(parameters: .init())
        #expect(throws: FragmentCancelled.self) {
            try job.run(Text(.lines([97])), in: Cutting.context(cancellation: cancellation))
        }
    }

    private func count(_ text: String, top: Int) throws -> WordFrequencies {
        var parameters = WordCount.Parameters()
        parameters.top = top
        let job = try WordCount(parameters: parameters)
        return job.result(of: try job.run(Text(.lines(ArraySlice(text.utf8))), in: Cutting.context()))
    }

    private func table(_ text: [UInt8]) -> WordTable {
        var table = WordTable()
        table.count(text.span.bytes)
        return table
    }

    private func lines(_ text: [UInt8]) -> [String] {
        let table = table(text)
        return table.mostFrequent(.max).map { "\($0.count) \(table.text(of: $0))" }
    }
}
