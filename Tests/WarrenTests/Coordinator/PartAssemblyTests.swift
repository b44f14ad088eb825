import AMQP
import TestSupport
import Testing

@testable import Warren

/// Large answers that come in parts.
@Suite struct PartAssemblyTests {
    private let now = Instant(nanoseconds: 1)

    private func message(_ id: Int, _ body: [UInt8]) -> Message {
        var message = Message(type: "done", messageID: ShortString("job/\(id)-\(id + 1)"), body: body)
        message.headers["warren-version"] = .integer(1)
        message.headers["attempt"] = .integer(1)
        return message
    }

    /// Whatever is lost, comes twice, or is sent twice at the same time: what comes out is whole.
    @Test func whatComesOutIsWhatWasSent() throws {
        var random = SeededRandom()
        var (whole, broken) = (0, 0)
        for _ in 0..<3000 {
            var assembly = PartAssembly(bound: random.once(in: 4) ? 200 : 1 << 20)
            // A few sendings, two of the same message among them, their parts mixed.
            var sendings = (0..<3).map { number in
                let original = message(number / 2, random.bytes(random.below(300)))
                let parts = MessageParts.split(original, execution: Int64(number), size: 1 + random.below(60))
                return (original: original, parts: parts[...])
            }
            while sendings.contains(where: { !$0.parts.isEmpty }) {
                let index = random.below(3)
                guard let part = sendings[index].parts.popFirst() else { continue }
                if random.once(in: 40) { continue }
                for _ in 0..<(random.once(in: 40) ? 2 : 1) {
                    guard part.type != WireNames.MessageType.part else {
                        try assembly.insert(part, at: now)
                        continue
                    }
                    if let message = try assembly.complete(part) {
                        try #require(message == sendings[index].original)
                        whole += 1
                    } else {
                        broken += 1
                    }
                }
            }
        }
        #expect(whole > 5000 && broken > 500)
    }

    @Test func smallMessagesAreLeftAlone() throws {
        let small = message(1, [1, 2, 3])
        #expect(MessageParts.split(small, execution: 7, size: 3) == [small])
        var assembly = PartAssembly()
        #expect(try assembly.complete(small) == small)
    }

    @Test func memoryIsBounded() throws {
        var assembly = PartAssembly(bound: 1000)
        for number in 0..<100 {
            let parts = MessageParts.split(
                message(number, [UInt8](repeating: 0, count: 300)),
                execution: 1,
                size: 100
            )
            for part in parts.dropLast() {
                try assembly.insert(part, at: Instant(nanoseconds: Int64(number)))
            }
            #expect(assembly.bytes <= 1000)
        }
        // The latest are whole.
        let last = MessageParts.split(message(99, [UInt8](repeating: 0, count: 300)), execution: 1, size: 100)
        #expect(try assembly.complete(last[2])?.body.count == 300)
        let first = MessageParts.split(message(0, [UInt8](repeating: 0, count: 300)), execution: 1, size: 100)
        #expect(try assembly.complete(first[2]) == nil)
    }

    @Test func whatIsNoPartIsRefused() {
        var assembly = PartAssembly()
        #expect(throws: WarrenError.self) { try assembly.insert(message(1, [1]), at: now) }
        var part = MessageParts.split(message(1, [1, 2]), execution: 1, size: 1)[0]
        part.headers["index"] = .integer(-1)
        #expect(throws: WarrenError.self) { try assembly.insert(part, at: now) }
    }
}
