import AMQP
import Synchronization

/// Sends bodies to those who ask for them, compressed where that is measured to pay.
final class BodySender: Sendable {
    private let connection: AMQPConnection
    private let exchange: ShortString
    private let compression = Mutex(CompressionChoice())
    private let size = Mutex(BodyParts.largest)

    /// - Parameter exchange: Where those who ask have their addresses.
    init(_ connection: AMQPConnection, to exchange: ShortString) {
        self.connection = connection
        self.exchange = exchange
    }

    /// What a message may carry, in bytes: less than ``BodyParts/largest`` if the broker takes less.
    var partSize: Int { size.withLock(\.self) }

    /// The broker takes no message as large as this, in bytes.
    func refused(limit: Int) { size.withLock { $0 = min($0, max(limit / 2, 1)) } }

    /// The same message with its body compressed, if that saves time.
    func compressed(_ message: Message) -> Message {
        guard message.headers[WireNames.Header.encoding] == nil else { return message }
        if compression.withLock(\.wantsSample) {
            let sample = Array(message.body.prefix(CompressionChoice.sample))
            let began = Instant.now
            let became = Zstandard.compress(sample).count
            let seconds = (Instant.now - began).seconds
            compression.withLock { $0.sampled(bytes: sample.count, became: became, seconds: seconds) }
        }
        return compression.withLock(\.pays) ? message.compressed() : message
    }

    /// Publishes the body of a message in parts.
    ///
    /// - Parameter done: Called once with the outcome of the whole, on the connection's thread.
    func send(
        _ message: Message,
        answering request: BodyRequest,
        then done: @escaping @Sendable (Publication.Outcome) -> Void
    ) {
        let parts = BodyParts.split(message, answering: request, size: partSize)
        let began = Instant.now
        let sending = PartSending(parts: parts.count) { [self] outcome in
            switch outcome {
            case .confirmed:
                let seconds = (Instant.now - began).seconds
                compression.withLock { $0.sent(bytes: message.body.count, seconds: seconds) }
            case .tooLarge(let limit): refused(limit: limit)
            // A part that does not follow those before it says that some were lost.
            case .lost, .nacked: if let last = parts.last { publish(last, request) }
            case .returned: break
            }
            done(outcome)
        }
        connection.publish(
            contentsOf: parts.map {
                Publication(
                    $0,
                    to: exchange,
                    routingKey: request.replyTo,
                    isMandatory: true,
                    completion: { sending.ended($0) }
                )
            }
        )
    }

    /// Says that there is no such body any more.
    func sendGone(_ request: BodyRequest) { publish(request.gone, request) }

    private func publish(_ message: Message, _ request: BodyRequest) {
        connection.publish(Publication(message, to: exchange, routingKey: request.replyTo))
    }
}
