package import AMQP

/// What a worker answers about one fragment.
package struct ReplyMessage: Sendable {
    package let id: FragmentID
    package let reply: LedgerEvent.Reply
    package let cost: AttemptCost
    /// The partial of what is done.
    package let body: [UInt8]

    package init(
        id: FragmentID,
        reply: LedgerEvent.Reply,
        cost: AttemptCost = AttemptCost(),
        body: [UInt8] = []
    ) {
        self.id = id
        self.reply = reply
        self.cost = cost
        self.body = body
    }

    package var message: Message {
        var headers = Headers()
        headers.reserveCapacity(8)
        headers[WireNames.Header.version] = .integer(WireNames.version)
        headers[WireNames.Header.attempt] = .integer(Int64(reply.attempt))
        headers[WireNames.Header.worker] = .string(Array(reply.worker.utf8))
        if reply.isBackup { headers[WireNames.Header.backup] = .bool(true) }
        var message = Message(
            type: .empty,
            messageID: ShortString(id.bytes),
            correlationID: ShortString(id.job.description)
        )
        switch reply.outcome {
        case .done:
            message.type = WireNames.MessageType.done
            message.contentType = WireNames.ContentType.bytes
            message.body = body
            setCost(in: &headers)
        case .partly(let success):
            message.type = WireNames.MessageType.partly
            message.contentType = WireNames.ContentType.bytes
            message.body = PartlyBody(failed: success.failed, rest: success.rest, partial: body).encoded
            setCost(in: &headers)
        case .failed(let failure):
            message.type = WireNames.MessageType.failed
            message.contentType = WireNames.ContentType.text
            message.body = Array(failure.reason.utf8)
            headers[WireNames.Header.cause] = .string(Array(failure.cause.rawValue.utf8))
            setCost(in: &headers)
        case .suspect: message.type = WireNames.MessageType.suspect
        case .diedAlone: message.type = WireNames.MessageType.diedAlone
        case .dropped: message.type = WireNames.MessageType.dropped
        case .yielded: message.type = WireNames.MessageType.yielded
        case .refused(let reason):
            message.type = WireNames.MessageType.refused
            message.contentType = WireNames.ContentType.text
            message.body = Array(reason.utf8)
        }
        message.headers = headers
        return message
    }

    private static let costs = [
        WireNames.Header.started, WireNames.Header.microseconds, WireNames.Header.cpu,
        WireNames.Header.memory,
    ]

    private func setCost(in headers: inout Headers) {
        for (name, number) in zip(Self.costs, cost.wholeNumbers) {
            headers[name] = .integer(Int64(clamping: number))
        }
    }

    private static func cost(of message: Message) -> AttemptCost {
        AttemptCost(wholeNumbers: costs.map { UInt64(max(message.headers.integer($0) ?? 0, 0)) })
    }

    /// Reads an answer whose fragment is known to be `id`.
    ///
    /// - Throws: ``WarrenError/Code/incompatible`` that says what is wrong with the message.
    package init(_ message: Message, id: FragmentID) throws(WarrenError) {
        try WireReader.checkVersion(of: message)
        let cost = Self.cost(of: message)
        var body = message.body
        let outcome: LedgerEvent.Outcome
        switch message.type {
        case WireNames.MessageType.done: outcome = .done(seconds: cost.seconds)
        case WireNames.MessageType.partly:
            let parts = try PartlyBody(decoding: body)
            body = parts.partial
            outcome = .partly(.init(seconds: cost.seconds, failed: parts.failed, rest: parts.rest))
        case WireNames.MessageType.failed:
            let cause = message.headers.string(WireNames.Header.cause) ?? []
            outcome = .failed(
                AttemptFailure(
                    // A cause that is unknown here is a failure like any other.
                    .init(rawValue: String(decoding: cause, as: UTF8.self)) ?? .error,
                    String(decoding: body, as: UTF8.self)
                )
            )
        case WireNames.MessageType.suspect: outcome = .suspect
        case WireNames.MessageType.diedAlone: outcome = .diedAlone
        case WireNames.MessageType.dropped: outcome = .dropped
        case WireNames.MessageType.yielded: outcome = .yielded
        case WireNames.MessageType.refused: outcome = .refused(String(decoding: body, as: UTF8.self))
        default: throw WarrenError(.incompatible, "type “\(message.type)” is no answer")
        }
        self.init(
            id: id,
            reply: LedgerEvent.Reply(
                attempt: try WireReader.attempt(of: message),
                worker: WireReader.worker(of: message),
                outcome: outcome,
                isBackup: message.headers.bool(WireNames.Header.backup) ?? false
            ),
            cost: cost,
            body: body
        )
    }
}
