import TestSupport

/// Messages that nobody can make sense of: random ones, and good ones with one thing wrong.
extension HostileMessage {
    /// A fragment that no worker may run.
    static func fragment(replyTo: String, using random: inout SeededRandom) -> HostileMessage {
        var message = HostileMessage.nearlyGood(type: "fragment", job: "hostile", using: &random)
        message.set("kind", .text(Array("drill".utf8)))
        message.set("parameters", .text(Array("{}".utf8)))
        // Where somebody is, where nobody is, or nowhere at all.
        switch random.below(3) {
        case 0: message.replyTo = Array(replyTo.utf8)
        case 1: message.replyTo = random.bytes(1 + random.below(200))
        default: break
        }
        switch random.below(14) {
        case 0: message = .random(using: &random)
        case 1: message.set("kind", random.once(in: 2) ? nil : .notText(using: &random))
        case 2: message.set("parameters", random.once(in: 2) ? nil : .notText(using: &random))
        case 3: message.replyTo = random.once(in: 2) ? nil : []
        // To nobody: somebody would be told that this worker is of another version.
        case 4:
            message.set("warren-version", .integer(.random(in: 2 ... .max, using: &random)))
            message.replyTo = nil
        default: message.spoil(using: &random)
        }
        return message
    }

    /// An answer that no requester may take for one of a job of its.
    static func answer(to job: String, using random: inout SeededRandom) -> HostileMessage {
        let types = [
            "done", "partly", "failed", "suspect", "died-alone", "dropped", "yielded", "refused",
            "redelivered",
        ]
        let type = types[random.below(types.count)]
        switch random.below(5) {
        case 0:
            return .random(using: &random)
        case 1:
            // Of a job that is none of its, or of a fragment that there never was.
            let isForeign = random.once(in: 2) || type == "redelivered"
            var message = HostileMessage.nearlyGood(
                type: type,
                job: isForeign ? "foreign" : job,
                using: &random
            )
            message.set("worker", .text(random.bytes(random.below(300))))
            return message
        case 2:
            // Answers that travel together, but for a number that is longer than it needs to be.
            let isBatch = random.once(in: 2)
            var message = nearlyGood(type: isBatch ? "batch" : "merged", job: job, using: &random)
            message.body = [0x80, 0] + random.bytes(random.below(300))
            return message
        case 3:
            var message = HostileMessage()
            message.type = Array((random.once(in: 2) ? "held" : "present").utf8)
            message.set("warren-version", .integer(1))
            message.body = random.once(in: 2) ? random.bytes(random.below(100)) : Array(#"{"worker":7}"#.utf8)
            return message
        default:
            var message = HostileMessage.nearlyGood(type: type, job: job, using: &random)
            message.spoilName(using: &random)
            return message
        }
    }

    private static func nearlyGood(
        type: String,
        job: String,
        using random: inout SeededRandom
    ) -> HostileMessage {
        var message = HostileMessage()
        let first = 1_000_000 + random.below(1_000_000)
        message.type = Array(type.utf8)
        message.messageID = Array("\(job)/\(first)-\(first + 1)".utf8)
        message.correlationID = Array(job.utf8)
        message.set("warren-version", .integer(1))
        message.set("attempt", .integer(1))
        message.body = random.bytes(random.below(64))
        return message
    }

    private static func random(using random: inout SeededRandom) -> HostileMessage {
        var message = HostileMessage()
        message.type = random.bytes(random.below(20))
        message.messageID = random.bytes(random.below(256))
        message.correlationID = random.bytes(random.below(256))
        message.replyTo = random.bytes(random.below(256))
        for _ in 0..<random.below(6) {
            message.headers.append(("x\(random.below(9))", .any(depth: 3, using: &random)))
        }
        message.body = random.bytes(random.below(300))
        return message
    }

    /// Makes one thing wrong in what was right.
    private mutating func spoil(using random: inout SeededRandom) {
        switch random.below(4) {
        case 0: spoilName(using: &random)
        case 1: set("warren-version", random.once(in: 2) ? nil : .text(Array("1".utf8)))
        case 2:
            let attempts: [Field?] = [
                nil, .integer(0), .integer(.min), .integer(.max), .byte(-1), .double(0.5), .nothing,
                .text([0x31]), .time(1), .table([("1", .integer(1))]),
            ]
            set("attempt", attempts[random.below(attempts.count)])
        default:
            type = random.once(in: 2) ? nil : random.bytes(random.below(9))
            // As large as the broker takes them, once in a while.
            if random.once(in: 20) { set("large", .text(Array(repeating: 0xFF, count: 100_000))) }
        }
    }

    /// Makes it name no fragment.
    private mutating func spoilName(using random: inout SeededRandom) {
        switch random.below(5) {
        case 0: messageID = nil
        case 1: messageID = messageID?.dropLast(1 + (messageID?.count ?? 1) / 2)
        case 2: messageID = Array("job/9-3".utf8)
        case 3: messageID = Array("job/0-\(String(repeating: "9", count: 1 + random.below(200) + 20))".utf8)
        default: correlationID = random.once(in: 2) ? nil : random.bytes(5) + [0]
        }
    }
}

extension HostileMessage.Field {
    fileprivate static func notText(using random: inout SeededRandom) -> Self {
        let fields: [Self] = [.integer(1), .double(1), .nothing, .time(0), .table([("a", .nothing)])]
        return fields[random.below(fields.count)]
    }

    fileprivate static func any(depth: Int, using random: inout SeededRandom) -> Self {
        switch random.below(depth > 0 ? 7 : 6) {
        case 0: .text(random.bytes(random.below(50)))
        case 1: .integer(Int64(bitPattern: random.next()))
        case 2: .byte(-1)
        // The broker itself chokes on what is no number.
        case 3: .double(Double(random.next()))
        case 4: .time(random.next())
        case 5: .nothing
        default: .table((0..<random.below(4)).map { ("\($0)", .any(depth: depth - 1, using: &random)) })
        }
    }
}
