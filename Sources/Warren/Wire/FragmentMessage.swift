package import AMQP

/// A fragment as it goes to the workers.
package struct FragmentMessage: Sendable, Hashable {
    package let id: FragmentID
    package let kind: JobKind
    /// A JSON object with every parameter in it.
    package let parameters: [UInt8]
    package let attempt: Int
    package let isAlone: Bool
    /// Whether another worker may be at it already.
    package let isBackup: Bool
    /// Whether its partial may be merged with others before it leaves the worker.
    package let mayMerge: Bool
    /// How long an attempt may take; nil for as long as it likes.
    package let timeLimit: Duration?
    package let replyTo: ShortString
    /// Whether there is a signature; that it is right has been seen to, where there is a key.
    package let isSigned: Bool
    package var payload: [UInt8]

    package init(
        id: FragmentID,
        kind: JobKind,
        parameters: [UInt8],
        attempt: Int,
        isAlone: Bool,
        isBackup: Bool = false,
        mayMerge: Bool = false,
        timeLimit: Duration? = nil,
        replyTo: ShortString,
        isSigned: Bool = false,
        payload: [UInt8]
    ) {
        self.id = id
        self.kind = kind
        self.parameters = parameters
        self.attempt = attempt
        self.isAlone = isAlone
        self.isBackup = isBackup
        self.mayMerge = mayMerge
        self.timeLimit = timeLimit
        self.replyTo = replyTo
        self.isSigned = isSigned
        self.payload = payload
    }

    package var message: Message {
        var headers = Headers()
        headers.reserveCapacity(8)
        headers[WireNames.Header.version] = .integer(WireNames.version)
        headers[WireNames.Header.kind] = .string(Array(kind.rawValue.utf8))
        headers[WireNames.Header.parameters] = .string(parameters)
        headers[WireNames.Header.attempt] = .integer(Int64(attempt))
        if isAlone { headers[WireNames.Header.alone] = .bool(true) }
        if isBackup { headers[WireNames.Header.backup] = .bool(true) }
        if mayMerge { headers[WireNames.Header.merge] = .bool(true) }
        if let timeLimit {
            headers[WireNames.Header.timeLimit] = .integer(timeLimit.nanoseconds / 1_000_000)
        }
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
        // Unless it has been fetched since, or a size is none.
        guard message.headers[WireNames.Header.size] == nil || BodyFetches.isOne(message) else {
            throw WarrenError(.incompatible, "header size is no size")
        }
        self.init(
            id: id,
            kind: JobKind(rawValue: String(decoding: kind, as: UTF8.self)),
            parameters: parameters,
            attempt: try WireReader.attempt(of: message),
            isAlone: Self.isAlone(message),
            isBackup: message.headers.bool(WireNames.Header.backup) ?? false,
            mayMerge: message.headers.bool(WireNames.Header.merge) ?? false,
            timeLimit: message.headers.integer(WireNames.Header.timeLimit)
                .map { .milliseconds(min(max($0, 1), 1_000_000_000_000)) },
            replyTo: message.replyTo,
            isSigned: message.headers[WireNames.Header.signature] != nil,
            payload: message.body
        )
    }

    /// Whether it may have taken workers down, and is not run for that.
    func isSuspect(in delivery: Delivery) -> Bool { delivery.deliveryCount >= (isAlone ? 1 : 2) }

    /// Whether a message asks to be run with nothing else, known before it is read in full.
    static func isAlone(_ message: Message) -> Bool {
        message.headers.bool(WireNames.Header.alone) ?? false
    }

    /// The refusal of a fragment that another version of Warren has sent; nil for what is no fragment at all, or
    /// does not say whom to tell.
    static func refusal(
        of message: Message,
        by worker: String,
        _ error: WarrenError
    ) -> (message: ReplyMessage, replyTo: ShortString)? {
        guard let version = message.headers.integer(WireNames.Header.version), version != WireNames.version,
            message.type == WireNames.MessageType.fragment, !message.replyTo.isEmpty,
            let id = try? WireReader.fragmentID(of: message),
            let attempt = try? WireReader.attempt(of: message)
        else { return nil }
        let reply = LedgerEvent.Reply(attempt: attempt, worker: worker, outcome: .refused(error.message))
        return (ReplyMessage(id: id, reply: reply), message.replyTo)
    }
}
