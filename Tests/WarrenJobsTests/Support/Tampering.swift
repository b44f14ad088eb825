import TestSupport
import Testing
import Warren

/// Checks that a partial reads exactly the bytes that it writes: anything else is refused, nothing traps.
func expectOnlyOwnBytes<Partial: Payload>(
    _ partial: Partial,
    random: inout SeededRandom,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let bytes = try partial.encoded()
    #expect(try Partial(decoding: bytes).encoded() == bytes, sourceLocation: sourceLocation)
    for count in 0..<min(bytes.count, 300) {
        #expect(throws: (any Error).self, sourceLocation: sourceLocation) {
            try Partial(decoding: Array(bytes.prefix(count)))
        }
    }
    var refused = 0
    for _ in 0..<1000 {
        var changed = bytes
        switch Int.random(in: 0..<4, using: &random) {
        case 0: changed = random.bytes(Int.random(in: 0...64, using: &random))
        case 1: changed.append(UInt8.random(in: 0...255, using: &random))
        case 2: changed.remove(at: Int.random(in: 0..<changed.count, using: &random))
        default:
            changed[Int.random(in: 0..<changed.count, using: &random)] = .random(in: 0...255, using: &random)
        }
        do {
            let decoded = try Partial(decoding: changed)
            #expect(try decoded.encoded() == changed, "\(changed)", sourceLocation: sourceLocation)
        } catch {
            refused += 1
        }
    }
    #expect(refused > 100, sourceLocation: sourceLocation)
}
