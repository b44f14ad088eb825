package import AMQP

/// A fragment as it goes to the workers.
package struct FragmentMessage: Sendable, Hashable {
    package let id: FragmentID
    package let kind: JobKind
    /// A JSON object with every parameter in it.
    package let parameters: [UInt8]
    package let attempt: Int
    package let isAlone: Bool
    package let replyTo: ShortString
    package let payload: [UInt8]

    package init(
        id: FragmentID,
        kind: JobKind,
        parameters: [UInt8],
        attempt: Int,
        isAlone: Bool,
        replyTo: ShortString,
        payload: [UInt8]
    ) {
        self.id = id
        self.kind = kind
        self.parameters = parameters
        self.attempt = attempt
        self.isAlone = isAlone
        self.replyTo = replyTo
        self.payload = payload
    }

    package var message: Message {
        var headers = Headers()
        headers[WireNames.Header.version] = .integer(WireNames.version)
        headers[WireNames.Header.kind] = .string(Array(kind.rawValue.utf8))
        headers[WireNames.Header.parameters] = .string(parameters)
        headers[WireNames.Header.attempt] = .integer(Int64(attempt))
        if isAlone { headers[WireNames.Header.alone] = .bool(true) }
        return Message(
            type: WireNames.MessageType.fragment,
            messageID: ShortString(id.bytes),
            correlationID: ShortString(id.job.description),
            replyTo: replyTo,
            contentType: WireNames.ContentType.bytes,
            headers: headers,
            body: payload,
            isPersistent: true
        )
    }

    /// - Throws: ``WarrenError/Code/incompatible`` that says what is wrong with the message.
    package init(_ message: Message) throws(WarrenError) {
        try WireReader.checkVersion(of: message)
        guard message.type == WireNames.MessageType.fragment else {
            throw WarrenError(.incompatible, "type is “\(message.type)”, not “fragment”")
        }
        let id = try WireReader.fragmentID(of: message)
        guard let kind = message.headers.string(WireNames.Header.kind) else {
            throw WarrenError(.incompatible, "header kind is missing")
        }
        guard let parameters = message.headers.string(WireNames.Header.parameters) else {
            throw WarrenError(.incompatible, "header parameters is missing")
        }
        guard !message.replyTo.isEmpty else { throw WarrenError(.incompatible, "reply_to is missing") }
        self.init(
            id: id,
            kind: JobKind(rawValue: String(decoding: kind, as: UTF8.self)),
            parameters: parameters,
            attempt: try WireReader.attempt(of: message),
            isAlone: Self.isAlone(message),
            replyTo: message.replyTo,
            payload: message.body
        )
    }

    /// Whether a message asks to be run with nothing else, known before it is read in full.
    static func isAlone(_ message: Message) -> Bool {
        message.headers.bool(WireNames.Header.alone) ?? false
    }
}
