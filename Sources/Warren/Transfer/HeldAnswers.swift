import AMQP

/// Answers too large for their messages: what is sent is an *offer*, and the body stays here until it is fetched.
struct HeldAnswers: Sendable {
    private struct Held: Sendable {
        let publication: Publication
        /// When it was last offered, or asked for; nil to offer it at once.
        var latest: Instant?
        /// Whether an offer has not been settled.
        var isOffering = true
        /// Since when nobody was there to hear of it.
        var unheardSince: Instant?
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

    /// What became of an offer.
    mutating func offered(_ offer: Int64, _ outcome: Publication.Outcome, at now: Instant) {
        held[offer]?.isOffering = false
        switch outcome {
        case .confirmed: held[offer]?.unheardSince = nil
        case .returned:
            let since = held[offer]?.unheardSince ?? now
            held[offer]?.unheardSince = since
        case .nacked, .lost, .tooLarge: held[offer]?.latest = nil
        }
    }

    /// The numbers of those that nobody heard of for so long.
    func unheard(for limit: Duration, at now: Instant) -> [Int64] {
        held.filter { $0.value.unheardSince.map { now - $0 >= limit } ?? false }.map(\.key)
    }

    /// It has arrived, or nobody needs it; nil if it was gone before.
    mutating func release(_ offer: Int64) -> Publication? {
        guard let publication = held.removeValue(forKey: offer)?.publication else { return nil }
        bytes -= publication.message.body.count
        return publication
    }

    /// What is to be offered again.
    mutating func due(at now: Instant) -> [(offer: Int64, publication: Publication)] {
        let due = held.filter { held in
            !held.value.isOffering && held.value.latest.map { now - $0 >= Self.patience } ?? true
        }
        for offer in due.keys {
            held[offer]?.latest = now
            held[offer]?.isOffering = true
        }
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
    static func releasing(_ message: Message) -> Message {
        var release = Message(
            type: WireNames.MessageType.release,
            messageID: message.messageID,
            correlationID: message.correlationID
        )
        release.headers[WireNames.Header.version] = .integer(WireNames.version)
        release.headers[WireNames.Header.offer] = message.headers[WireNames.Header.offer]
        return release
    }
}
