import AMQP

/// Asks for the body of a message whose sender has kept it.
struct BodyRequest: Sendable, Hashable {
    /// What the message was called, which all that is said of its body is called too.
    let messageID: ShortString
    let correlationID: ShortString
    /// Which body of it, if several senders may have one; as the message said.
    let offer: Int64?
    /// Of this sending alone: another one each time that it is asked for.
    let execution: Int64
    /// Who asks.
    let replyTo: ShortString

    init(for message: Message, execution: Int64, replyTo: ShortString) {
        self.messageID = message.messageID
        self.correlationID = message.correlationID
        self.offer = message.headers.integer(WireNames.Header.offer)
        self.execution = execution
        self.replyTo = replyTo
    }

    /// - Throws: ``WarrenError/Code/incompatible`` that says what is wrong with the message.
    init(_ message: Message) throws(WarrenError) {
        try WireReader.checkVersion(of: message)
        guard !message.replyTo.isEmpty else { throw WarrenError(.incompatible, "reply_to is missing") }
        self.init(for: message, execution: try Self.execution(of: message), replyTo: message.replyTo)
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
        return message
    }

    static func execution(of message: Message) throws(WarrenError) -> Int64 {
        guard let execution = message.headers.integer(WireNames.Header.execution) else {
            throw WarrenError(.incompatible, "header execution is missing")
        }
        return execution
    }
}
