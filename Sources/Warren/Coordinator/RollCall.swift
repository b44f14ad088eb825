package import AMQP

/// Asks every worker that is connected to a broker who it is and what it does.
package enum RollCall {
    /// Nobody is waited for longer than this once the last answer has come.
    private static let quiet: Duration = .milliseconds(300)
    private static let limit: Duration = .seconds(3)

    /// - Returns: The workers that answered, sorted by pool and name.
    /// - Throws: ``AMQPError`` if the broker cannot be reached.
    package static func workers(of endpoint: AMQPEndpoint) async throws -> [WorkerReport] {
        let result: Result<[WorkerReport], AMQPError> = await withCheckedContinuation { continuation in
            Thread.start("warren-rollcall") { continuation.resume(returning: ask(endpoint)) }
        }
        return try result.get().sorted { ($0.pool, $0.worker) < ($1.pool, $1.worker) }
    }

    private static func ask(_ endpoint: AMQPEndpoint) -> Result<[WorkerReport], AMQPError> {
        var random = SystemRandomNumberGenerator()
        let address = ShortString("\(hostName().prefix(60)).roll-call.\(String(random.next(), radix: 36))")
        let mailbox = Mailbox<AMQPEvent>()
        let connection = AMQPConnection(
            to: endpoint,
            name: "warren workers",
            setUp: { session throws(AMQPError) in
                try Topology.declare(.default, on: session)
                try Topology.consumeReplies(to: address, on: &session)
            },
            events: { mailbox.post(contentsOf: $0) }
        )
        defer { connection.close(then: {}) }
        var reports: [WorkerReport] = []
        var deadline = Instant.now + limit
        let end = deadline
        while true {
            let events = mailbox.take(until: min(deadline, end))
            if events.isEmpty { return .success(reports) }
            for event in events {
                switch event {
                case .connected:
                    deadline = .now + quiet
                    connection.publish(
                        Publication(
                            ControlMessage.rollCall(replyTo: address).message,
                            to: WireNames.Exchange.control,
                            routingKey: .empty
                        )
                    )
                case .disconnected(let error, _): return .failure(error)
                case .delivered(let delivery):
                    guard let report = try? WorkerReport(delivery.message) else { continue }
                    reports.append(report)
                    deadline = .now + quiet
                default: break
                }
            }
        }
    }
}
