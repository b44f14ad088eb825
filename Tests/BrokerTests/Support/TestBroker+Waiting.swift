@testable import AMQP
@testable import Warren

extension TestBroker {
    /// Asks for a pool's queue until it is as it should be.
    func queue(
        of pool: String,
        within limit: Duration = .seconds(60),
        is condition: (BrokerQueue) -> Bool
    ) async throws {
        try await queue(named: "warren.work.\(pool)", within: limit, is: condition)
    }

    /// Asks for a queue until it is as it should be. The broker has no event for that.
    func queue(
        named name: String,
        within limit: Duration = .seconds(60),
        is condition: (BrokerQueue) -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            let queue = try await queues()[name]
            if let queue, condition(queue) { return }
            guard ContinuousClock.now < deadline else {
                let queue = queue.map { "\($0)" } ?? "missing"
                throw TestFailure("\(name) never was as expected; at last it was \(queue)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Asks until no connection is left whose name contains `text`.
    func connectionsEnd(of text: String) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await connections().contains(where: { $0.name.contains(text) }) {
            guard ContinuousClock.now < deadline else {
                throw TestFailure("connections of “\(text)” are still open")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Purges a pool's queue, as an operator might, with no delay that a starting `rabbitmqctl` would cause.
    func empty(_ pool: String) async throws {
        let connection = AMQPConnection(to: try AMQPEndpoint(url: url), name: "test operator") { _ in }
        let queue = try Pool(pool).queue
        await withCheckedContinuation { continuation in
            connection.perform { session throws(AMQPError) in
                try session.purgeQueue(queue)
                continuation.resume()
            }
        }
        await connection.close()
    }
}

extension TestBroker {
    /// Takes everything out of the dead letters.
    func deadLetters() async throws -> [Message] {
        let letters = Mailbox<Delivery>()
        let connection = AMQPConnection(
            to: try AMQPEndpoint(url: url),
            name: "test dead letters",
            setUp: { session throws(AMQPError) in
                try session.consume(WireNames.deadQueue, as: "test", prefetch: 5000)
            },
            events: { events in
                for case .delivered(let delivery) in events { letters.post(delivery) }
            }
        )
        var taken: [Message] = []
        while case let deliveries = letters.take(until: .now + .seconds(5)), !deliveries.isEmpty {
            taken += deliveries.map(\.message)
            connection.acknowledge(contentsOf: deliveries.map(\.tag))
        }
        await connection.close()
        return taken
    }
}
