import TestSupport
import Testing

@testable import Warren

/// What a job has out, and what that carries.
@Suite struct FragmentsOutTests {
    @Test func bytesAreThoseOfWhatIsOut() throws {
        var random = SeededRandom()
        var out = FragmentsOut()
        var expected: [UnitRange: Int] = [:]
        for _ in 0..<20_000 {
            let first = UInt64(random.below(50))
            let range = first..<first + 1
            if random.once(in: 2) {
                let size = random.below(100)
                out[range] = Fragment(range: range, payload: [UInt8](repeating: 0, count: size))
                expected[range] = size
            } else {
                let removed = out.removeValue(forKey: range)
                try #require(removed?.payload.count == expected.removeValue(forKey: range))
            }
            try #require(out.bytes == expected.values.reduce(0, +))
        }
    }

    @Test func thereIsRoomForEachSlotHoweverLarge() {
        var out = FragmentsOut()
        #expect(out.hasRoom(for: 0))
        out[0..<1] = Fragment(range: 0..<1, payload: [UInt8](repeating: 0, count: FragmentsOut.mostBytes))
        #expect(!out.hasRoom(for: 1) && out.hasRoom(for: 2) && !out.isHeavy)
        out[1..<2] = Fragment(range: 1..<2, payload: [1])
        #expect(!out.hasRoom(for: 2) && out.isHeavy)
        _ = out.removeValue(forKey: 0..<1)
        #expect(out.hasRoom(for: 1) && out.bytes == 1)
    }
}
