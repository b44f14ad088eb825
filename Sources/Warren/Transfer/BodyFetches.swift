import AMQP
import DequeModule

/// Messages whose bodies are still with those who sent them. They are fetched in order, and so many at a time as there is
/// room for: so it is whoever receives who decides how much is under way, and never a broker that fills up.
///
/// A machine without I/O. What does not come is asked for again, what comes in bits and pieces is discarded.
struct BodyFetches: Sendable {
    /// What became of a body.
    enum Outcome: Sendable {
        case whole(Delivery)
        /// Nobody has it any more.
        case gone(Delivery)
    }

    private struct Fetch: Sendable {
        let delivery: Delivery
        let size: Int
        /// How often it was asked for.
        var tries = 1
        /// When something last came of it; nil to ask again at once.
        var latest: Instant?
        var parts: [[UInt8]] = []
        var received = 0
    }

    /// How long the next part may take before all of it is asked for again.
    static let patience: Duration = .seconds(10)
    /// No body is asked for more often.
    static let mostTries = 10

    /// How much may be under way, in bytes; a single body may be larger.
    let bound: Int
    private var queued = Deque<Delivery>()
    /// By the number that each was asked for with.
    private var fetches: [Int64: Fetch] = [:]
    /// The sizes of all that is under way.
    private(set) var bytes = 0

    init(bound: Int) { self.bound = bound }

    var isEmpty: Bool { queued.isEmpty && fetches.isEmpty }
    /// Whether there is something that has not been asked for.
    var isAnyQueued: Bool { !queued.isEmpty }
    var deliveries: [Delivery] { queued + fetches.values.map(\.delivery) }
    var nextDeadline: Instant? {
        fetches.values.map { $0.latest.map { $0 + Self.patience } ?? Instant(nanoseconds: 0) }.min()
    }

    /// Whether a message has left its body with its sender.
    static func isOne(_ message: Message) -> Bool {
        (message.headers.integer(WireNames.Header.size) ?? 0) > 0 && !message.replyTo.isEmpty
    }

    /// Notes a message that has left its body with its sender; one that is offered again is known.
    mutating func append(_ delivery: Delivery) {
        let message = delivery.message
        let isKnown = message.headers.integer(WireNames.Header.offer).map { offer in
            deliveries.contains {
                $0.message.replyTo == message.replyTo
                    && $0.message.headers.integer(WireNames.Header.offer) == offer
            }
        }
        if isKnown != true { queued.append(delivery) }
    }

    /// Takes what is to be asked for next.
    ///
    /// - Parameter others: Bytes that count as if they were under way.
    mutating func next(besides others: Int) -> Delivery? {
        guard let first = queued.first else { return nil }
        guard bytes + others == 0 || bytes + others + Self.size(of: first) <= bound else { return nil }
        return queued.removeFirst()
    }

    /// Asks for what ``next(besides:)`` gave.
    mutating func begin(_ delivery: Delivery, for address: ShortString, at now: Instant) -> BodyRequest {
        let size = Self.size(of: delivery)
        bytes += size
        return ask(for: Fetch(delivery: delivery, size: size, latest: now), address)
    }

    /// Asks again for what has not come, each with the address of whoever has it.
    ///
    /// - Returns: Also what has been asked for too often.
    mutating func overdue(
        for address: ShortString,
        at now: Instant
    ) -> (again: [(request: BodyRequest, to: ShortString)], lost: [Delivery]) {
        var (again, lost): ([(BodyRequest, ShortString)], [Delivery]) = ([], [])
        for (execution, fetch) in fetches {
            guard fetch.latest.map({ now - $0 >= Self.patience }) ?? true else { continue }
            fetches[execution] = nil
            guard fetch.tries < Self.mostTries else {
                bytes -= fetch.size
                lost.append(fetch.delivery)
                continue
            }
            let next = Fetch(
                delivery: fetch.delivery,
                size: fetch.size,
                tries: fetch.tries + 1,
                latest: now
            )
            again.append((ask(for: next, address), fetch.delivery.message.replyTo))
        }
        return (again, lost)
    }

    /// The connection is another one: what was under way on the last is lost.
    mutating func askAgain() {
        for execution in fetches.keys { fetches[execution]?.latest = nil }
    }

    /// Takes a part, the end, or the word that there is nothing any more. What nobody asked for is of no interest.
    ///
    /// - Throws: ``WarrenError/Code/incompatible`` for what makes no sense.
    mutating func receive(_ message: Message, at now: Instant) throws(WarrenError) -> Outcome? {
        try WireReader.checkVersion(of: message)
        let execution = try BodyRequest.execution(of: message)
        guard var fetch = fetches[execution], fetch.latest != nil,
            fetch.delivery.message.messageID == message.messageID
        else { return nil }
        guard message.type != WireNames.MessageType.gone else {
            return .gone(end(execution, fetch))
        }
        guard let index = message.headers.integer(WireNames.Header.index) else {
            throw WarrenError(.incompatible, "header index is missing or no number of a part")
        }
        let isLast = message.type == WireNames.MessageType.body
        fetch.received += message.body.count
        guard index == fetch.parts.count, fetch.received <= fetch.size,
            !isLast || fetch.received == fetch.size
        else {
            // One before it was lost on its way: from the beginning, at once.
            fetches[execution]?.parts = []
            fetches[execution]?.latest = nil
            return nil
        }
        guard !isLast else {
            var whole = fetch.delivery.message
            whole.headers[WireNames.Header.size] = nil
            whole.headers[WireNames.Header.offer] = nil
            whole.headers[WireNames.Header.encoding] = message.headers[WireNames.Header.encoding]
            whole.body = []
            whole.body.reserveCapacity(fetch.size)
            for part in fetch.parts { whole.body += part }
            whole.body += message.body
            return .whole(end(execution, fetch).with(whole))
        }
        fetch.parts.append(message.body)
        fetch.latest = now
        fetches[execution] = fetch
        return nil
    }

    /// Forgets what was asked for with a number.
    mutating func remove(_ execution: Int64) {
        if let fetch = fetches[execution] { _ = end(execution, fetch) }
    }

    /// Forgets some.
    mutating func removeAll(where matches: (Delivery) -> Bool) -> [Delivery] {
        var removed = queued.filter(matches)
        queued.removeAll(where: matches)
        for (execution, fetch) in fetches where matches(fetch.delivery) {
            removed.append(end(execution, fetch))
        }
        return Array(removed)
    }

    private mutating func ask(for fetch: Fetch, _ address: ShortString) -> BodyRequest {
        let execution = Int64.random(in: .min ... .max)
        fetches[execution] = fetch
        return BodyRequest(for: fetch.delivery.message, execution: execution, replyTo: address)
    }

    private mutating func end(_ execution: Int64, _ fetch: Fetch) -> Delivery {
        fetches[execution] = nil
        bytes -= fetch.size
        return fetch.delivery
    }

    private static func size(of delivery: Delivery) -> Int {
        Int(delivery.message.headers.integer(WireNames.Header.size) ?? 0)
    }
}
