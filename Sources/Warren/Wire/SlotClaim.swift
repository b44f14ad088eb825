import AMQP

/// What a job wants of a pool's slots, as its coordinator tells all others.
package struct SlotClaim: Sendable, Hashable {
    package let job: JobID
    package let pool: String
    /// Beside what others want: twice the weight, twice the slots.
    package let weight: Int
    /// Whether it has more to send; one that has not leaves its slots to the others.
    package let isOpen: Bool
    /// Whether it is new, and asks what others claim.
    package let asks: Bool

    static let weights = 1...1000

    var message: Message {
        var headers = Headers()
        headers[WireNames.Header.version] = .integer(WireNames.version)
        headers[WireNames.Header.pool] = .string(Array(pool.utf8))
        headers[WireNames.Header.weight] = .integer(Int64(weight))
        headers[WireNames.Header.open] = .bool(isOpen)
        headers[WireNames.Header.asks] = .bool(asks)
        return Message(
            type: WireNames.MessageType.claim,
            correlationID: ShortString(job.description),
            headers: headers
        )
    }

    init(job: JobID, pool: String, weight: Int, isOpen: Bool, asks: Bool) {
        self.job = job
        self.pool = pool
        self.weight = weight
        self.isOpen = isOpen
        self.asks = asks
    }

    /// - Throws: ``WarrenError/Code/incompatible`` that says what is wrong with the message.
    init(_ message: Message) throws(WarrenError) {
        guard let job = JobID(bytes: message.correlationID.bytes) else {
            throw WarrenError(.incompatible, "correlation_id “\(message.correlationID)” is no job's id")
        }
        guard let pool = message.headers.string(WireNames.Header.pool),
            let weight = message.headers.integer(WireNames.Header.weight),
            (Int64(Self.weights.lowerBound)...Int64(Self.weights.upperBound)).contains(weight)
        else { throw WarrenError(.incompatible, "header pool or weight is missing or out of range") }
        self.init(
            job: job,
            pool: String(decoding: pool, as: UTF8.self),
            weight: Int(weight),
            isOpen: message.headers.bool(WireNames.Header.open) ?? false,
            asks: message.headers.bool(WireNames.Header.asks) ?? false
        )
    }
}
