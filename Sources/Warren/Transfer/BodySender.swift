import AMQP
import Synchronization

/// Sends bodies to those who ask for them, a stretch at a time, compressed where that is measured to pay.
final class BodySender: Sendable {
    private struct State {
        var compression = CompressionChoice()
        var partSize = BodyParts.largest
        /// What is on its way, and need not be sent again to somebody who has run out of patience.
        var underWay: Set<BodyRequest> = []
        /// When something was last confirmed: what is sent meanwhile waits behind it.
        var confirmed = Instant(nanoseconds: 0)
    }

    private let connection: AMQPConnection
    private let exchange: ShortString
    private let state = Mutex(State())

    /// - Parameter exchange: Where those who ask have their addresses.
    init(_ connection: AMQPConnection, to exchange: ShortString) {
        self.connection = connection
        self.exchange = exchange
    }

    /// What a message may carry, in bytes: less than ``BodyParts/largest`` if the broker takes less.
    var partSize: Int { state.withLock(\.partSize) }

    /// The broker takes no message as large as this, in bytes.
    func refused(limit: Int) { state.withLock { $0.partSize = min($0.partSize, max(limit / 2, 1)) } }

    /// Publishes a stretch of a body in parts.
    ///
    /// - Parameter done: Called once with the outcome, and whether it was the end of the body, on the connection's thread.
    func send(
        _ body: [UInt8],
        answering request: BodyRequest,
        then done: @escaping @Sendable (_ outcome: Publication.Outcome, _ isEnd: Bool) -> Void
    ) {
        guard request.from < body.count else { return sendGone(request) }
        guard state.withLock({ $0.underWay.insert(request).inserted }) else { return }
        let end = min(request.from + BodyParts.stretch, body.count)
        let (stretch, encoding) = encoded(Array(body[request.from..<end]))
        let parts = BodyParts.split(stretch, encoding: encoding, answering: request, size: partSize)
        let began = Instant.now
        let sending = PartSending(parts: parts.count) { [self] outcome in
            state.withLock { state in
                state.underWay.remove(request)
                guard outcome == .confirmed, stretch.count >= CompressionChoice.sample else { return }
                let now = Instant.now
                state.compression.sent(
                    bytes: stretch.count,
                    seconds: (now - max(began, state.confirmed)).seconds
                )
                state.confirmed = now
            }
            switch outcome {
            case .confirmed, .returned: break
            case .tooLarge(let limit): refused(limit: limit)
            // A part that does not follow those before it says that some were lost.
            case .lost, .nacked: if let last = parts.last { publish(last, request) }
            }
            done(outcome, end == body.count)
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

    /// A stretch as it is to travel.
    private func encoded(_ stretch: [UInt8]) -> (bytes: [UInt8], encoding: Headers.Value?) {
        if state.withLock(\.compression.wantsSample) {
            let sample = Array(stretch.prefix(CompressionChoice.sample))
            let began = Instant.now
            let became = Zstandard.compress(sample).count
            let seconds = (Instant.now - began).seconds
            state.withLock { $0.compression.sampled(bytes: sample.count, became: became, seconds: seconds) }
        }
        guard state.withLock(\.compression.pays) else { return (stretch, nil) }
        let compressed = Zstandard.compress(stretch)
        guard compressed.count < stretch.count else { return (stretch, nil) }
        return (compressed, BodyEncoding.zstd)
    }
}
