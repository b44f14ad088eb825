import AMQP
import TestSupport
import Testing

@testable import Warren

/// What a signature covers.
@Suite struct KeyRingTests {
    private static func message(_ random: inout SeededRandom) -> Message {
        var headers = Headers()
        headers["warren-version"] = .integer(1)
        headers["kind"] = .string(random.bytes(random.below(9)))
        headers["attempt"] = .integer(Int64(random.below(9)))
        if random.once(in: 2) { headers["alone"] = .bool(true) }
        return Message(
            type: "fragment",
            messageID: ShortString(random.bytes(random.below(20))),
            correlationID: ShortString(random.bytes(random.below(20))),
            replyTo: ShortString(random.bytes(random.below(20))),
            contentType: "application/octet-stream",
            headers: headers,
            body: random.bytes(random.below(200)),
            isPersistent: true
        )
    }

    private static func ring(_ count: Int, _ random: inout SeededRandom) -> KeyRing {
        KeyRing((0..<count).map { _ in SigningKey(using: &random) })
    }

    @Test func whatIsSignedIsAcceptedWhereverTheKeyIs() {
        var random = SeededRandom()
        for _ in 0..<3000 {
            let ours = Self.ring(1, &random)
            let others = Self.ring(2, &random)
            var message = Self.message(&random)
            ours.seal(&message, to: "warren.work", routingKey: "pool")
            // The broker adds its own headers on the way.
            message.headers["x-delivery-count"] = .integer(1)
            let rings = [
                ours, KeyRing(ours.keys + others.keys), KeyRing(others.keys + ours.keys),
            ]
            for ring in rings {
                #expect(ring.fault(of: message, at: "warren.work", routingKey: "pool") == nil)
            }
            #expect(
                others.fault(of: message, at: "warren.work", routingKey: "pool")?.contains("none of ours")
                    == true
            )
        }
    }

    @Test func anyChangeIsNoticed() throws {
        var random = SeededRandom()
        for round in 0..<12_000 {
            let ring = Self.ring(1, &random)
            let original = Self.message(&random)
            var message = original
            ring.seal(&message, to: "warren.work", routingKey: "pool")
            var (exchange, key): (ShortString, ShortString) = ("warren.work", "pool")
            switch round % 12 {
            case 0: message.body = Self.changed(message.body, &random)
            case 1: message.messageID = ShortString(Self.changed(message.messageID.bytes, &random))
            case 2: message.correlationID = ShortString(Self.changed(message.correlationID.bytes, &random))
            case 3: message.replyTo = ShortString(Self.changed(message.replyTo.bytes, &random))
            case 4: message.type = "done"
            case 5: message.headers["attempt"] = .integer(77)
            case 6:
                message.headers["kind"] = .string(
                    Self.changed(original.headers.string("kind") ?? [], &random)
                )
            case 7: message.headers["backup"] = .bool(true)
            case 8: message.headers["warren-version"] = nil
            case 9: exchange = "warren.replies"
            case 10: key = "other"
            default:
                let signature = try #require(message.headers.string(WireNames.Header.signature))
                message.headers[WireNames.Header.signature] = .string(Self.changed(signature, &random))
            }
            try #require(ring.fault(of: message, at: exchange, routingKey: key) != nil, "round \(round)")
        }
    }

    private static func changed(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        switch random.below(3) {
        case 0: bytes.append(UInt8(random.below(256)))
        case 1 where !bytes.isEmpty: bytes.removeLast()
        case _ where !bytes.isEmpty: bytes[random.below(bytes.count)] ^= UInt8(1 + random.below(255))
        default: bytes.append(0)
        }
        return bytes
    }

    /// The end of one part is not the beginning of the next.
    @Test func bytesThatMoveFromOnePartToAnotherAreNoticed() {
        var random = SeededRandom()
        let ring = Self.ring(1, &random)
        var message = Message(type: "a", messageID: "bc", correlationID: "d")
        ring.seal(&message, to: "x", routingKey: "y")
        message.messageID = "b"
        message.correlationID = "cd"
        #expect(ring.fault(of: message, at: "x", routingKey: "y") != nil)
    }

    @Test func unsignedMessagesAreRefusedAndDeadLettersKeepTheirSignature() {
        var random = SeededRandom()
        let ring = Self.ring(1, &random)
        var message = Self.message(&random)
        #expect(ring.fault(of: message, at: "x", routingKey: "y")?.contains("not signed") == true)
        ring.seal(&message, to: "warren.dead", routingKey: .empty)
        #expect(message.headers[WireNames.Header.signature] == nil)
        ring.seal(&message, to: "warren.work", routingKey: "pool")
        let signed = message
        let dead = DeadLetter.message(message, reason: "no reason", queue: "queue")
        message = DeadLetter.revived(dead)
        #expect(message == signed)
        #expect(ring.fault(of: dead, at: "warren.work", routingKey: "pool") == nil)
    }

    /// RFC 4231, test case 2, with its key padded to the length of ours, as HMAC does by itself.
    @Test func codesAreThoseOfTheStandard() {
        let key = SigningKey(bytes: Array("Jefe".utf8) + [UInt8](repeating: 0, count: 28))
        let code = key.signature(of: Array("what do ya want for nothing?".utf8))
        let expected: [UInt8] = [
            0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
            0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43,
        ]
        #expect(code == expected)
        #expect(key.isSignature(code, of: Array("what do ya want for nothing?".utf8)))
        #expect(!key.isSignature(code.dropLast(), of: Array("what do ya want for nothing?".utf8)))
        #expect(!"\(key)".contains("Jefe") && !"\(key)".contains("74"))
    }
}
