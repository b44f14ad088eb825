import AMQP

/// Asks for a stretch of the body of a message whose sender has kept it.
struct BodyRequest: Sendable, Hashable {
    /// What the message was called, which all that is said of its body is called too.
    let messageID: ShortString
    let correlationID: ShortString
    /// Which body of it, if several senders may have one; as the message said.
    let offer: Int64?
    /// A number that nobody else who asks for it has.
    let execution: Int64
    /// Where the stretch begins, in bytes: what comes before has arrived.
    let from: Int
    /// Who asks.
    let replyTo: ShortString

    init(for message: Message, execution: Int64, from: Int, replyTo: ShortString) {
        self.messageID = message.messageID
        self.correlationID = message.correlationID
        self.offer = message.headers.integer(WireNames.Header.offer)
        self.execution = execution
        self.from = from
        self.replyTo = replyTo
    }

    /// - Throws: ``WarrenError/Code/incompatible`` that says what is wrong with the message.
    init(_ message: Message) throws(WarrenError) {
        try WireReader.checkVersion(of: message)
        guard !message.replyTo.isEmpty else { throw WarrenError(.incompatible, "reply_to is missing") }
        let (execution, from) = try Self.place(of: message)
        self.init(for: message, execution: execution, from: from, replyTo: message.replyTo)
    }

    var message: Message {
        var message = answer(WireNames.MessageType.fetch)
        message.replyTo = replyTo
        if let offer { message.headers[WireNames.Header.offer] = .integer(offer) }
        return message
    }

    /// That there is no such body any more.
    var gone: Message { answer(WireNames.MessageType.gone) }

    func answer(_ type: ShortString) -> Message {
        var message = Message(type: type, messageID: messageID, correlationID: correlationID)
        message.headers.reserveCapacity(6)
        message.headers[WireNames.Header.version] = .integer(WireNames.version)
        message.headers[WireNames.Header.execution] = .integer(execution)
        message.headers[WireNames.Header.from] = .integer(Int64(from))
        return message
    }

    /// Which request something belongs to, and which stretch.
    static func place(of message: Message) throws(WarrenError) -> (execution: Int64, from: Int) {
        guard let execution = message.headers.integer(WireNames.Header.execution) else {
            throw WarrenError(.incompatible, "header execution is missing")
        }
        guard let from = message.headers.integer(WireNames.Header.from),
            (0...Int64(BodyFetches.largest)).contains(from)
        else { throw WarrenError(.incompatible, "header from is missing or no place in a body") }
        return (execution, Int(from))
    }
}
