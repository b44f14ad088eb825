import AMQP

/// Answers too large for their messages: what is sent is an *offer*, and the body stays here until it is fetched.
struct HeldAnswers: Sendable {
    private struct Held: Sendable {
        let publication: Publication
        /// When it was last offered, or asked for; nil to offer it at once.
        var latest: Instant?
    }

    /// With so much held, in bytes, a worker begins nothing more.
    static let mostBytes = 256 << 20
    /// So long after an offer that led to nothing, it is made again: whoever heard it may have lost its connection.
    static let patience: Duration = .seconds(5)

    private var held: [Int64: Held] = [:]
    private var bytes = 0

    var isFull: Bool { bytes >= Self.mostBytes }

    /// Keeps an answer, unless it is here already.
    ///
    /// - Returns: Its number.
    mutating func hold(_ publication: Publication, at now: Instant) -> Int64 {
        let offer = Int64(bitPattern: publication.token)
        let before = held.updateValue(Held(publication: publication, latest: now), forKey: offer)
        bytes += publication.message.body.count - (before?.publication.message.body.count ?? 0)
        return offer
    }

    /// An answer that is asked for.
    mutating func answer(_ offer: Int64, at now: Instant) -> Publication? {
        held[offer]?.latest = now
        return held[offer]?.publication
    }

    /// Whoever it was offered to may not have heard of it.
    mutating func offerAgain(_ offer: Int64) { held[offer]?.latest = nil }

    /// It has arrived, or nobody needs it; nil if it was gone before.
    mutating func release(_ offer: Int64) -> Publication? {
        guard let publication = held.removeValue(forKey: offer)?.publication else { return nil }
        bytes -= publication.message.body.count
        return publication
    }

    /// What is to be offered again.
    mutating func due(at now: Instant) -> [(offer: Int64, publication: Publication)] {
        let due = held.filter { $0.value.latest.map { now - $0 >= Self.patience } ?? true }
        for offer in due.keys { held[offer]?.latest = now }
        return due.map { ($0.key, $0.value.publication) }
    }

    /// The numbers of some.
    func offers(where matches: (Message) -> Bool) -> [Int64] {
        held.filter { matches($0.value.publication.message) }.map(\.key)
    }

    /// The message without its body, which says where that is.
    static func offer(_ message: Message, _ offer: Int64, from address: ShortString) -> Message {
        var offered = message
        offered.headers[WireNames.Header.size] = .integer(Int64(message.body.count))
        offered.headers[WireNames.Header.offer] = .integer(offer)
        offered.replyTo = address
        offered.body = []
        return offered
    }

    /// That whoever offered an answer need not keep it.
    static func declining(_ message: Message) -> Message {
        var decline = Message(
            type: WireNames.MessageType.decline,
            messageID: message.messageID,
            correlationID: message.correlationID
        )
        decline.headers[WireNames.Header.version] = .integer(WireNames.version)
        decline.headers[WireNames.Header.offer] = message.headers[WireNames.Header.offer]
        return decline
    }
}
