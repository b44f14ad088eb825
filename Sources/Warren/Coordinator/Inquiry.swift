import AMQP

/// Something that every worker and coordinator is told, and what they answer.
enum Inquiry {
    /// Nobody is waited for longer than this once the last answer has come.
    private static let quiet: Duration = .milliseconds(300)
    private static let limit: Duration = .seconds(3)

    /// Tells everybody, and waits until no more answers come.
    ///
    /// - Parameters:
    ///   - message: Given the address for answers.
    ///   - isEnough: Whether these answers are all that is wanted.
    /// - Throws: ``AMQPError`` if the broker cannot be reached.
    static func ask(
        _ endpoint: AMQPEndpoint,
        as name: String,
        _ message: @escaping @Sendable (ShortString) -> ControlMessage,
        until isEnough: @escaping @Sendable ([Message]) -> Bool = { _ in false }
    ) async throws -> [Message] {
        let result: Result<[Message], AMQPError> = await withCheckedContinuation { continuation in
            Thread.start("warren-inquiry") {
                continuation.resume(returning: run(endpoint, name, message, isEnough))
            }
        }
        return try result.get()
    }

    private static func run(
        _ endpoint: AMQPEndpoint,
        _ name: String,
        _ message: (ShortString) -> ControlMessage,
        _ isEnough: ([Message]) -> Bool
    ) -> Result<[Message], AMQPError> {
        var random = SystemRandomNumberGenerator()
        let address = ShortString("\(hostName().prefix(60)).inquiry.\(String(random.next(), radix: 36))")
        let mailbox = Mailbox<AMQPEvent>()
        let connection = AMQPConnection(
            to: endpoint,
            name: name,
            setUp: { session throws(AMQPError) in
                try Topology.declare(.default, on: session)
                try Topology.consumeReplies(to: address, on: &session)
            },
            events: { mailbox.post(contentsOf: $0) }
        )
        defer { connection.close(then: {}) }
        var answers: [Message] = []
        var deadline = Instant.now + limit
        let end = deadline
        while !isEnough(answers) {
            let events = mailbox.take(until: min(deadline, end))
            if events.isEmpty { break }
            for event in events {
                switch event {
                case .connected:
                    deadline = .now + quiet
                    connection.publish(
                        Publication(
                            message(address).message,
                            to: WireNames.Exchange.control,
                            routingKey: .empty
                        )
                    )
                case .disconnected(let error, _): return .failure(error)
                case .delivered(let delivery):
                    // Its own question comes back to it.
                    guard delivery.message.replyTo != address, delivery.fault == nil else { continue }
                    answers.append(delivery.message)
                    deadline = .now + quiet
                default: break
                }
            }
        }
        return .success(answers)
    }
}
