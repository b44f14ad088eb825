package import AMQP

/// The queue of dead letters, while somebody looks at it: what is taken out and not settled goes back when it is
/// closed.
package final class DeadLetterBox: Sendable {
    private let connection: AMQPConnection
    private let mailbox = Mailbox<AMQPEvent>()

    /// Between two messages of those that are there.
    private static let patience: Duration = .seconds(5)

    /// - Throws: ``AMQPError`` if the broker cannot be reached.
    package static func open(at endpoint: AMQPEndpoint) async throws -> (DeadLetterBox, [Delivery]) {
        let box = DeadLetterBox(endpoint)
        let result: Result<[Delivery], AMQPError> = await withCheckedContinuation { continuation in
            Thread.start("warren-dead") { continuation.resume(returning: box.fetch()) }
        }
        return (box, try result.mapError(AccountRole.operator.explain).get())
    }

    private init(_ endpoint: AMQPEndpoint) {
        let mailbox = mailbox
        var endpoint = endpoint
        // What is published again keeps the signature that it has, and gets none if it has none.
        endpoint.seal = nil
        connection = AMQPConnection(
            to: endpoint,
            name: "warren dead",
            setUp: { session throws(AMQPError) in
                try Topology.declareShared(on: &session)
                try AccountRole.operator.checkPublishing(on: session)
            },
            events: { mailbox.post(contentsOf: $0) }
        )
    }

    private func fetch() -> Result<[Delivery], AMQPError> {
        let count = Monitor<Int?>(nil)
        connection.perform { session throws(AMQPError) in
            let (ready, _) = try session.inspectQueue(WireNames.deadQueue)
            // No more than a consumer may have unacknowledged.
            if ready > 0 {
                let prefetch = UInt16(clamping: ready)
                try session.consume(WireNames.deadQueue, as: "dead", prefetch: prefetch)
            }
            count.withLock { $0 = min(ready, Int(UInt16.max)) }
        }
        var letters: [Delivery] = []
        while true {
            let events = mailbox.take(until: .now + Self.patience)
            for event in events {
                if case .disconnected(let error, _) = event { return .failure(error) }
                if case .delivered(let delivery) = event { letters.append(delivery) }
            }
            if let count = count.withLock({ $0 }), letters.count >= count { return .success(letters) }
            if events.isEmpty { return .success(letters) }
        }
    }

    /// Publishes a letter where it was before, and takes it out once it is there.
    ///
    /// - Returns: Whether it arrived.
    package func replay(_ letter: Delivery, to pool: Pool) async -> Bool {
        let outcome = await connection.publish(
            DeadLetter.revived(letter.message),
            to: WireNames.Exchange.work,
            routingKey: pool.routingKey,
            isMandatory: true
        )
        if outcome == .confirmed { connection.acknowledge(letter.tag) }
        return outcome == .confirmed
    }

    /// Removes letters for good.
    package func remove(_ letters: [Delivery]) { connection.acknowledge(contentsOf: letters.map(\.tag)) }

    /// Puts back what was neither replayed nor removed.
    package func close() async { await connection.close() }
}
