import AMQP

/// Answers that nobody received: their submitter is gone, or is just coming back.
struct UnheardAnswers: Sendable {
    private struct Entry {
        let publication: Publication
        let retryAt: Instant
    }

    private var waiting: [Entry] = []
    /// When each was first returned, by its token.
    private var since: [UInt64: Instant] = [:]

    /// How often an answer is tried again.
    private static let interval: Duration = .seconds(1)

    var nextDeadline: Instant? { waiting.map(\.retryAt).min() }

    mutating func insert(_ publication: Publication, at now: Instant) {
        if since[publication.token] == nil { since[publication.token] = now }
        waiting.append(Entry(publication: publication, retryAt: now + Self.interval))
    }

    /// Gives all of them up; the deliveries that they answer.
    mutating func removeAll() -> [DeliveryTag] {
        defer { self = UnheardAnswers() }
        return waiting.flatMap { $0.publication.answering }
    }

    /// The answers to send again now, and those to give up.
    mutating func due(at now: Instant, limit: Duration) -> (again: [Publication], given: [Publication]) {
        guard let next = nextDeadline, next <= now else { return ([], []) }
        let due = waiting.filter { $0.retryAt <= now }.map(\.publication)
        waiting.removeAll { $0.retryAt <= now }
        let given = due.filter { now - (since[$0.token] ?? now) >= limit }
        for publication in given { since[publication.token] = nil }
        // Those that were received at last are not told of; their entries go when they are old.
        since = since.filter { now - $0.value < limit * 2 }
        return (due.filter { publication in !given.contains { $0.token == publication.token } }, given)
    }
}
