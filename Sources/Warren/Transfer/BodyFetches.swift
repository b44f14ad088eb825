import AMQP
import DequeModule

/// Messages whose bodies are still with those who sent them. They are fetched in order, so many at a time as there is room
/// for, and each a stretch at a time: so it is whoever receives who decides how much is under way, and never a broker that
/// fills up.
///
/// A machine without I/O. What does not come is asked for again.
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
        /// What has come in whole stretches.
        var whole: [UInt8] = []
        /// The parts of the next one, and which sending they are of.
        var parts: [[UInt8]] = []
        var sending: Int64 = 0
        var partBytes = 0
        /// Whether nothing came for a while: it takes nobody's place then.
        var isSilent = false
        /// When something last came of it, or it was asked for; nil to ask at once.
        var latest: Instant?
    }

    private struct Offer: Hashable, Sendable {
        let sender: ShortString
        let number: Int64

        init?(_ message: Message) {
            guard let number = message.headers.integer(WireNames.Header.offer) else { return nil }
            self.sender = message.replyTo
            self.number = number
        }
    }

    /// How long the next part may take before its stretch is asked for again.
    static let patience: Duration = .seconds(10)
    /// No body is larger, in bytes.
    static let largest = 1 << 40

    /// How much may be under way, in bytes; a single body may be larger.
    let bound: Int
    private var queued = Deque<Delivery>()
    /// By the number that each is asked for with.
    private var fetches: [Int64: Fetch] = [:]
    private var offers: Set<Offer> = []
    /// The sizes of all that is under way, but for what nothing comes of.
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
        guard let size = message.headers.integer(WireNames.Header.size) else { return false }
        return (1...Int64(largest)).contains(size) && !message.replyTo.isEmpty
    }

    /// Notes a message that has left its body with its sender; one that is offered again is known.
    mutating func append(_ delivery: Delivery) {
        if let offer = Offer(delivery.message), !offers.insert(offer).inserted { return }
        queued.append(delivery)
    }

    /// Takes what is to be asked for next, to be given to ``begin(_:)`` or to be settled otherwise.
    ///
    /// - Parameter others: Bytes that count as if they were under way.
    mutating func next(besides others: Int) -> Delivery? {
        guard let first = queued.first else { return nil }
        let used = bytes + others
        guard used == 0 || used + Self.size(of: first) <= bound else { return nil }
        queued.removeFirst()
        forget(first)
        return first
    }

    /// From now on it is asked for, see ``requests(for:at:)``.
    mutating func begin(_ delivery: Delivery) {
        let size = Self.size(of: delivery)
        bytes += size
        if let offer = Offer(delivery.message) { offers.insert(offer) }
        fetches[Int64.random(in: .min ... .max)] = Fetch(delivery: delivery, size: size)
    }

    /// What is to be asked for now, each with the address of whoever has it: as long as there is somebody at that address.
    mutating func requests(
        for address: ShortString,
        at now: Instant
    ) -> [(request: BodyRequest, to: ShortString)] {
        var requests: [(BodyRequest, ShortString)] = []
        for (execution, fetch) in fetches {
            guard fetch.latest.map({ now - $0 >= Self.patience }) ?? true else { continue }
            if fetch.latest != nil, !fetch.isSilent {
                fetches[execution]?.isSilent = true
                bytes -= fetch.size
            }
            fetches[execution]?.latest = now
            let message = fetch.delivery.message
            let request = BodyRequest(
                for: message,
                execution: execution,
                from: fetch.whole.count,
                replyTo: address
            )
            requests.append((request, message.replyTo))
        }
        return requests
    }

    /// The connection is another one: what was under way on the last is lost.
    mutating func askAgain() {
        for execution in fetches.keys { fetches[execution]?.latest = nil }
    }

    /// Takes a part, the end of a stretch, or the word that there is nothing any more. What nobody asked for, or has come
    /// already, is of no interest.
    ///
    /// - Throws: ``WarrenError/Code/incompatible`` for what makes no sense.
    mutating func receive(_ message: Message, at now: Instant) throws(WarrenError) -> Outcome? {
        try WireReader.checkVersion(of: message)
        let (execution, from) = try BodyRequest.place(of: message)
        guard fetches[execution]?.whole.count == from,
            fetches[execution]?.delivery.message.messageID == message.messageID
        else { return nil }
        guard message.type != WireNames.MessageType.gone else {
            return fetches[execution].map { .gone(end(execution, $0)) }
        }
        guard let index = message.headers.integer(WireNames.Header.index), index >= 0,
            let sending = message.headers.integer(WireNames.Header.sending)
        else {
            throw WarrenError(.incompatible, "header index or sending is missing, or no number of a part")
        }
        if let fetch = fetches[execution], fetch.isSilent {
            fetches[execution]?.isSilent = false
            bytes += fetch.size
        }
        if index == 0 { restart(execution, sending) }
        guard fetches[execution]?.sending == sending else {
            // The end of a sending of which nothing else has come.
            if message.type == WireNames.MessageType.body, fetches[execution]?.parts.isEmpty == true {
                fetches[execution]?.latest = nil
            }
            return nil
        }
        guard let count = fetches[execution]?.parts.count, index == count else {
            // One before it was lost on its way, unless it has come before.
            if let count = fetches[execution]?.parts.count, index > count {
                fetches[execution]?.latest = nil
                restart(execution, 0)
            }
            return nil
        }
        fetches[execution]?.latest = now
        fetches[execution]?.parts.append(message.body)
        fetches[execution]?.partBytes += message.body.count
        // A frame may be a little larger than what it becomes.
        guard fetches[execution].map({ $0.partBytes <= BodyParts.stretch + BodyParts.largest }) ?? false
        else {
            fetches[execution]?.latest = nil
            restart(execution, 0)
            throw WarrenError(.incompatible, "a stretch has more than \(BodyParts.stretch) bytes")
        }
        guard message.type == WireNames.MessageType.body else { return nil }
        return try finishStretch(execution, message)
    }

    private mutating func finishStretch(_ execution: Int64, _ last: Message) throws(WarrenError) -> Outcome? {
        // Taken out, so that what has come is not copied for what is added.
        guard var fetch = fetches.removeValue(forKey: execution) else { return nil }
        let limit = min(fetch.size - fetch.whole.count, BodyParts.stretch)
        let parts = fetch.parts
        (fetch.parts, fetch.partBytes, fetch.latest) = ([], 0, nil)
        defer { if fetch.whole.count < fetch.size { fetches[execution] = fetch } }
        var stretch: [UInt8] = []
        stretch.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts { stretch += part }
        stretch = try BodyEncoding.decode(stretch, last.headers[WireNames.Header.encoding], limit: limit)
        guard (1...limit).contains(stretch.count) else {
            throw WarrenError(.incompatible, "a stretch of \(stretch.count) bytes does not fit the body")
        }
        if fetch.whole.isEmpty { fetch.whole = stretch } else { fetch.whole += stretch }
        guard fetch.whole.count == fetch.size else { return nil }
        var message = fetch.delivery.message
        message.headers[WireNames.Header.size] = nil
        message.body = fetch.whole
        return .whole(end(execution, fetch).with(message))
    }

    /// Forgets what was asked for with a number.
    mutating func remove(_ execution: Int64) {
        if let fetch = fetches[execution] { _ = end(execution, fetch) }
    }

    /// Forgets some of those that have not been asked for.
    mutating func removeQueued(where matches: (Delivery) -> Bool) -> [Delivery] {
        let removed = queued.filter(matches)
        for delivery in removed { forget(delivery) }
        queued.removeAll(where: matches)
        return Array(removed)
    }

    /// Forgets some.
    mutating func removeAll(where matches: (Delivery) -> Bool) -> [Delivery] {
        var removed = removeQueued(where: matches)
        for (execution, fetch) in fetches where matches(fetch.delivery) {
            removed.append(end(execution, fetch))
        }
        return removed
    }

    private mutating func restart(_ execution: Int64, _ sending: Int64) {
        fetches[execution]?.parts = []
        fetches[execution]?.partBytes = 0
        fetches[execution]?.sending = sending
    }

    private mutating func end(_ execution: Int64, _ fetch: Fetch) -> Delivery {
        fetches[execution] = nil
        if !fetch.isSilent { bytes -= fetch.size }
        forget(fetch.delivery)
        return fetch.delivery
    }

    private mutating func forget(_ delivery: Delivery) {
        if let offer = Offer(delivery.message) { offers.remove(offer) }
    }

    private static func size(of delivery: Delivery) -> Int {
        Int(delivery.message.headers.integer(WireNames.Header.size) ?? 0)
    }
}
