import TestSupport
import Testing
import Warren

struct VarintTests {
    @Test func numbersComeBack() throws {
        var random = SeededRandom()
        let narrow: [UInt64] =
            [0, 1, 127, 128, 16383, 16384, .max] + (0..<500).map { random.next() >> ($0 % 64) }
        var bytes: [UInt8] = []
        for number in narrow { bytes.appendVarint(number) }
        for number in narrow { bytes.appendVarint(UInt128(number) << 64 | UInt128(number)) }
        var reader = VarintReader(bytes)
        for number in narrow { #expect(try reader.next() == number) }
        for number in narrow { #expect(try reader.next() == UInt128(number) << 64 | UInt128(number)) }
        try reader.finish()
    }

    @Test(
        arguments: [
            [], [0x80], [0x80, 0x00], [0xFF, 0x80, 0x00],
            [UInt8](repeating: 0xFF, count: 9) + [0x02], [UInt8](repeating: 0xFF, count: 11),
        ] as [[UInt8]]
    )
    func whatIsNoNumberIsRefused(_ bytes: [UInt8]) {
        var reader = VarintReader(bytes)
        let error = #expect(throws: WarrenError.self) { try reader.next(UInt64.self) }
        #expect(error?.code == .incompatible)
    }

    @Test func largestNumberHasTenBytes() throws {
        var reader = VarintReader([UInt8](repeating: 0xFF, count: 9) + [0x01])
        #expect(try reader.next(UInt64.self) == .max)
        #expect(throws: Never.self) { try reader.finish() }
    }
}
