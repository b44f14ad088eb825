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
    ) async throws -> InquiryAnswers {
        let result: Result<InquiryAnswers, AMQPError> = await withCheckedContinuation { continuation in
            Thread.start("warren-inquiry") {
                continuation.resume(returning: run(endpoint, name, message, isEnough))
            }
        }
        return try result.mapError(AccountRole.operator.explain).get()
    }

    private static func run(
        _ endpoint: AMQPEndpoint,
        _ name: String,
        _ message: (ShortString) -> ControlMessage,
        _ isEnough: ([Message]) -> Bool
    ) -> Result<InquiryAnswers, AMQPError> {
        var random = SystemRandomNumberGenerator()
        let address = ShortString("\(hostName().prefix(60)).inquiry.\(String(random.next(), radix: 36))")
        let mailbox = Mailbox<AMQPEvent>()
        let connection = AMQPConnection(
            to: endpoint,
            name: name,
            setUp: { session throws(AMQPError) in try Topology.consumeReplies(to: address, on: &session) },
            events: { mailbox.post(contentsOf: $0) }
        )
        defer { connection.close(then: {}) }
        var result = InquiryAnswers()
        var asked = 0.0
        var deadline = Instant.now + limit
        let end = deadline
        while !isEnough(result.messages) {
            let events = mailbox.take(until: min(deadline, end))
            if events.isEmpty { break }
            for event in events {
                switch event {
                case .connected:
                    deadline = .now + quiet
                    asked = Double(wallClockMilliseconds()) / 1000
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
                    let came = Double(wallClockMilliseconds()) / 1000
                    result.answers.append(.init(message: delivery.message, asked: asked, came: came))
                    deadline = .now + quiet
                case .blocked(let reason): result.blocked = reason
                default: break
                }
            }
        }
        return .success(result)
    }
}
