import AMQP
import TestSupport
import Testing

@testable import Warren

/// Bodies that are asked for, come in parts, and get lost on the way.
@Suite struct BodyFetchesTests {
    /// Those who have bodies, and a network in which anything may happen to a message.
    private struct Network {
        var random = SeededRandom()
        var fetches: BodyFetches
        var now = Instant(nanoseconds: 1)
        var bodies: [ShortString: [UInt8]] = [:]
        var requests: [BodyRequest] = []
        var parts: [[Message]] = []
        var mostUnderWay = 0
        /// What is sent at once of a body.
        let stretch = 100

        static func id(_ number: Int) -> ShortString { ShortString("job/\(number)-\(number + 1)") }

        mutating func offer(_ number: Int, _ body: [UInt8]) {
            var message = Message(
                type: "done",
                messageID: Self.id(number),
                replyTo: "worker"
            )
            message.headers["warren-version"] = .integer(1)
            message.headers["size"] = .integer(Int64(body.count))
            message.headers["offer"] = .integer(Int64(number))
            bodies[message.messageID] = body
            let tag = DeliveryTag(session: 1, value: UInt64(number))
            fetches.append(delivery(message, tag))
        }

        mutating func ask() {
            while let next = fetches.next(besides: 0) { fetches.begin(next) }
            requests += fetches.requests(for: "me", at: now).map(\.request)
            mostUnderWay = max(mostUnderWay, fetches.bytes)
        }

        /// One message reaches its destination, or not.
        mutating func step() throws -> BodyFetches.Outcome? {
            if let index = requests.indices.randomElement(using: &random), random.once(in: 3) {
                let request = requests.remove(at: index)
                if random.once(in: 10) { return nil }
                let read = try BodyRequest(request.message)
                try #require(read == request)
                let body = try #require(bodies[read.messageID])
                let rest = Array(body[read.from..<min(read.from + stretch, body.count)])
                let isSmaller = random.once(in: 2)
                parts.append(
                    BodyParts.split(
                        isSmaller ? Zstandard.compress(rest) : rest,
                        encoding: isSmaller ? BodyEncoding.zstd : nil,
                        answering: read,
                        size: 20 + random.below(60)
                    )
                )
                return nil
            }
            guard let index = parts.indices.randomElement(using: &random) else {
                now = now + BodyFetches.patience
                return nil
            }
            let part = parts[index].removeFirst()
            if parts[index].isEmpty { parts.remove(at: index) }
            // With a connection, all that was to follow is lost.
            if random.once(in: 200) { parts = [] }
            if random.once(in: 100) { return nil }
            let outcome = try fetches.receive(part, at: now)
            guard random.once(in: 100) else { return outcome }
            if outcome != nil { #expect(try fetches.receive(part, at: now) == nil) }
            return outcome
        }

        func delivery(_ message: Message, _ tag: DeliveryTag) -> Delivery {
            Delivery(message: message, tag: tag, consumer: "c", isRedelivered: false, fault: nil)
        }
    }

    /// Whatever is lost, comes twice, or overtakes: each body comes once, and is whole.
    @Test func eachBodyComesOnceAndWhole() throws {
        var network = Network(fetches: BodyFetches(bound: 500))
        for _ in 0..<300 {
            let sizes = (0..<1 + network.random.below(12)).map { _ in 1 + network.random.below(400) }
            network.bodies = [:]
            for (number, size) in sizes.enumerated() {
                network.offer(number, network.random.bytes(size))
                // What is offered again is known.
                if network.random.once(in: 3) {
                    network.offer(number, network.bodies[Network.id(number)] ?? [])
                }
            }
            var left = sizes.count
            while left > 0 {
                network.ask()
                guard case .whole(let delivery)? = try network.step() else { continue }
                left -= 1
                try #require(delivery.message.body == network.bodies[delivery.message.messageID])
                try #require(!BodyFetches.isOne(delivery.message))
            }
            #expect(network.fetches.isEmpty && network.fetches.bytes == 0)
            network.requests = []
            network.parts = []
        }
        #expect(network.mostUnderWay > 300)
    }

    /// One that is larger than all there is room for comes alone.
    @Test func largeBodiesComeOneByOne() throws {
        var network = Network(fetches: BodyFetches(bound: 100))
        for number in 0..<3 { network.offer(number, [UInt8](repeating: 1, count: 1000)) }
        network.ask()
        #expect(network.requests.count == 1 && network.fetches.isAnyQueued)
        // Nor while something else takes the room.
        var other = BodyFetches(bound: 100)
        other.append(try #require(network.fetches.deliveries.first))
        #expect(other.next(besides: 1) == nil)
        #expect(other.next(besides: 0) != nil)
    }

    /// It is asked for again and again, and takes the place of nothing else.
    @Test func whatIsNotAnsweredHoldsUpNothing() throws {
        var network = Network(fetches: BodyFetches(bound: 100))
        network.offer(1, [UInt8](repeating: 1, count: 80))
        network.offer(2, [UInt8](repeating: 2, count: 80))
        network.ask()
        #expect(network.requests.count == 1 && network.fetches.isAnyQueued)
        for _ in 0..<20 {
            network.now = network.now + BodyFetches.patience
            network.ask()
        }
        #expect(!network.fetches.isAnyQueued)
        let executions = Set(network.requests.map(\.execution))
        #expect(network.requests.count > 30 && executions.count == 2)
        #expect(network.fetches.bytes == 0)
        // When it comes in the end, it is welcome.
        for request in network.requests.prefix(1) {
            let bytes = try #require(network.bodies[request.messageID])
            let part = BodyParts.split(bytes, encoding: nil, answering: request, size: 100)[0]
            guard case .whole? = try network.fetches.receive(part, at: network.now) else {
                Issue.record("it has not come")
                return
            }
        }
        #expect(network.fetches.deliveries.count == 1)
    }

    @Test func nobodyHasItAnyMore() throws {
        var network = Network(fetches: BodyFetches(bound: 100))
        network.offer(1, [1, 2, 3])
        network.ask()
        let request = try #require(network.requests.first)
        guard case .gone(let delivery)? = try network.fetches.receive(request.gone, at: network.now) else {
            Issue.record("it is not gone")
            return
        }
        #expect(delivery.message.messageID == "job/1-2" && network.fetches.isEmpty)
    }

    /// Sizes of all sorts come from the network.
    @Test func sizesThatAreNoneAreNoSizes() {
        for size in [Int64.min, -1, 0, Int64(BodyFetches.largest) + 1, .max] {
            var message = Message(type: "done", replyTo: "worker")
            message.headers["size"] = .integer(size)
            #expect(!BodyFetches.isOne(message))
        }
    }

    /// More bytes than were offered, parts without a number, words of nobody: refused or ignored, and nothing traps.
    @Test func nonsenseIsRefusedOrIgnored() throws {
        var network = Network(fetches: BodyFetches(bound: 100))
        network.offer(1, [1, 2, 3])
        network.ask()
        let request = try #require(network.requests.first)
        func stretch(_ bytes: [UInt8], _ encoding: Headers.Value? = nil) -> Message {
            BodyParts.split(bytes, encoding: encoding, answering: request, size: 99)[0]
        }
        for damaged in [
            stretch([1, 2, 3, 4]), stretch([]), stretch([1, 2, 3], BodyEncoding.zstd),
            stretch([1, 2, 3], .string([1])), stretch(Zstandard.compress([1, 2, 3, 4]), BodyEncoding.zstd),
        ] {
            #expect(throws: WarrenError.self) { try network.fetches.receive(damaged, at: network.now) }
            // It is asked for again at once.
            #expect(network.fetches.requests(for: "me", at: network.now).count == 1)
        }
        var part = stretch([1, 2, 3])
        part.headers["index"] = nil
        #expect(throws: WarrenError.self) { try network.fetches.receive(part, at: network.now) }
        part.headers["from"] = .integer(-1)
        #expect(throws: WarrenError.self) { try network.fetches.receive(part, at: network.now) }
        part.headers["from"] = .integer(1)
        #expect(try network.fetches.receive(part, at: network.now) == nil)
        part.headers["execution"] = .integer(7)
        #expect(try network.fetches.receive(part, at: network.now) == nil)
        part.headers["execution"] = nil
        #expect(throws: WarrenError.self) { try network.fetches.receive(part, at: network.now) }
        #expect(throws: WarrenError.self) { try BodyRequest(Message(type: "fetch")) }
        #expect(network.fetches.deliveries.count == 1)
    }
}
