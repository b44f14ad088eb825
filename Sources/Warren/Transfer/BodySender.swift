import AMQP
import DequeModule
import Synchronization

/// Sends bodies to those who ask for them, a stretch after the other, compressed where that is measured to pay.
///
/// Little of it is under way at any time, so that whatever else leaves on the same connection need not wait for it.
final class BodySender: Sendable {
    private struct Work: Sendable {
        let body: [UInt8]
        let request: BodyRequest
    }

    private struct Sending: Sendable {
        let work: Work
        let began: Instant
        let bytes: Int
        var parts: ArraySlice<Message>
        let last: Message?
        var unconfirmed = 0
        var outcome = Publication.Outcome.confirmed
    }

    private struct State {
        var compression = CompressionChoice()
        var partSize = BodyParts.largest
        var waiting = Deque<Work>()
        var current: Sending?
        /// What waits or is on its way, and is not to be sent twice to somebody who has run out of patience.
        var requests: Set<BodyRequest> = []
    }

    /// So many parts are given to the connection at once.
    private static let partsUnderWay = 8

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

    /// Sends a stretch of a body as soon as its turn comes. What does not arrive is asked for again.
    func send(_ body: [UInt8], answering request: BodyRequest) {
        guard request.from < body.count else { return sendGone(request) }
        let isFirst = state.withLock { state in
            guard state.requests.insert(request).inserted else { return false }
            state.waiting.append(Work(body: body, request: request))
            return state.current == nil && state.waiting.count == 1
        }
        if isFirst { begin() }
    }

    /// Says that there is no such body any more.
    func sendGone(_ request: BodyRequest) { publish(request.gone, request) }

    /// What has not been begun, and nobody needs any more.
    func forget(_ correlationID: ShortString) {
        state.withLock { state in
            for work in state.waiting where work.request.correlationID == correlationID {
                state.requests.remove(work.request)
            }
            state.waiting.removeAll { $0.request.correlationID == correlationID }
        }
    }

    private func begin() {
        guard let work = state.withLock({ $0.current == nil ? $0.waiting.first : nil }) else { return }
        let end = min(work.request.from + BodyParts.stretch, work.body.count)
        let (stretch, encoding) = encoded(Array(work.body[work.request.from..<end]))
        let parts = BodyParts.split(stretch, encoding: encoding, answering: work.request, size: partSize)
        let isMine = state.withLock { state in
            guard state.current == nil, state.waiting.first?.request == work.request else { return false }
            state.waiting.removeFirst()
            state.current = Sending(
                work: work,
                began: .now,
                bytes: stretch.count,
                parts: parts[...],
                last: parts.last
            )
            return true
        }
        // Somebody else was faster, or it was forgotten meanwhile.
        guard isMine else { return begin() }
        goOn()
    }

    private func goOn() {
        let (parts, request) = state.withLock { state -> ([Message], BodyRequest?) in
            guard let current = state.current else { return ([], nil) }
            let parts = current.parts.prefix(max(Self.partsUnderWay - current.unconfirmed, 0))
            state.current?.parts.removeFirst(parts.count)
            state.current?.unconfirmed += parts.count
            return (Array(parts), current.work.request)
        }
        guard let request, !parts.isEmpty else { return }
        connection.publish(
            contentsOf: parts.map {
                Publication(
                    $0,
                    to: exchange,
                    routingKey: request.replyTo,
                    isMandatory: true,
                    completion: { [self] in ended($0) }
                )
            }
        )
    }

    /// A part has arrived at the broker, or not. On the connection's thread, in the order of publication.
    private func ended(_ outcome: Publication.Outcome) {
        let finished = state.withLock { state -> Sending? in
            state.current?.unconfirmed -= 1
            if outcome != .confirmed {
                // That it is too large says what to do, and explains why the others were lost.
                if case .tooLarge = outcome { state.current?.outcome = outcome }
                if state.current?.outcome == .confirmed { state.current?.outcome = outcome }
                state.current?.parts = []
            }
            guard let current = state.current, current.unconfirmed == 0, current.parts.isEmpty else {
                return nil
            }
            state.current = nil
            state.requests.remove(current.work.request)
            if current.outcome == .confirmed, current.bytes >= CompressionChoice.sample {
                state.compression.sent(bytes: current.bytes, seconds: (Instant.now - current.began).seconds)
            }
            return current
        }
        guard let finished else { return goOn() }
        let request = finished.work.request
        switch finished.outcome {
        case .confirmed, .returned: break
        case .tooLarge(let limit):
            refused(limit: limit)
            send(finished.work.body, answering: request)
        // A part that does not follow those before it says that some were lost.
        case .lost, .nacked: if let last = finished.last { publish(last, request) }
        }
        begin()
    }

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
