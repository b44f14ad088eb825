import AMQP
import TestSupport
import Testing

@testable import Warren

/// Bodies that are compressed where that saves time.
@Suite struct CompressionTests {
    @Test func whatIsCompressedComesBack() throws {
        var random = SeededRandom()
        for _ in 0..<500 {
            let alphabet = random.bytes(1 + random.below(20))
            let bytes = random.bytes(random.below(5000), from: alphabet)
            let frame = Zstandard.compress(bytes)
            #expect(try BodyEncoding.decode(frame, BodyEncoding.zstd, limit: 5000) == bytes)
            #expect(try BodyEncoding.decode(bytes, nil, limit: 5000) == bytes)
        }
    }

    @Test func damagedBytesAreReadOrRefused() {
        var random = SeededRandom()
        var refused = 0
        for _ in 0..<5000 {
            var frame = Zstandard.compress(random.bytes(200))
            if random.once(in: 3) { frame.removeLast(random.below(frame.count)) }
            if !frame.isEmpty { frame[random.below(frame.count)] ^= UInt8(1 + random.below(255)) }
            do { _ = try BodyEncoding.decode(frame, BodyEncoding.zstd, limit: 1000) } catch { refused += 1 }
        }
        #expect(refused > 500)
        let unknown = Headers.Value.string(Array("gzip".utf8))
        #expect(throws: WarrenError.self) { try BodyEncoding.decode([], unknown, limit: 1000) }
    }

    /// A frame that claims to become more than there is memory for.
    @Test func noMoreIsMadeThanTheLimit() {
        let bomb = Zstandard.compress([UInt8](repeating: 0, count: 1_000_000))
        #expect(bomb.count < 1000)
        #expect(throws: WarrenError.self) { try Zstandard.decompress(bomb, limit: 999_999) }
        #expect(throws: Never.self) { try Zstandard.decompress(bomb, limit: 1_000_000) }
    }

    private func choice(sendRate: Double, compressRate: Double, ratio: Double) -> CompressionChoice {
        var choice = CompressionChoice()
        #expect(!choice.pays && !choice.wantsSample)
        choice.sent(bytes: 1_000_000, seconds: 1_000_000 / sendRate)
        #expect(!choice.pays && choice.wantsSample)
        choice.sampled(bytes: 65_536, became: Int(65_536 * ratio), seconds: 65_536 / compressRate)
        return choice
    }

    @Test func slowLinesAreWorthItAndFastOnesAreNot() {
        #expect(choice(sendRate: 10e6, compressRate: 400e6, ratio: 0.3).pays)
        #expect(!choice(sendRate: 10e6, compressRate: 400e6, ratio: 0.9).pays)
        #expect(!choice(sendRate: 1000e6, compressRate: 400e6, ratio: 0.3).pays)
        #expect(!choice(sendRate: 10e6, compressRate: 5e6, ratio: 0.1).pays)
    }

    @Test func itIsTriedAgainNowAndThen() {
        var choice = choice(sendRate: 10e6, compressRate: 400e6, ratio: 0.3)
        #expect(!choice.wantsSample)
        for _ in 0..<32 { choice.sent(bytes: 1_000_000, seconds: 0.0001) }
        #expect(choice.wantsSample && !choice.pays)
    }
}
