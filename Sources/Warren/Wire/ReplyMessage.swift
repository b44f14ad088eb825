package import AMQP

/// What a worker answers about one fragment.
package struct ReplyMessage: Sendable {
    package let id: FragmentID
    package let reply: LedgerEvent.Reply
    /// The partial of a fragment that is done.
    package let body: [UInt8]

    package init(id: FragmentID, reply: LedgerEvent.Reply, body: [UInt8] = []) {
        self.id = id
        self.reply = reply
        self.body = body
    }

    package var message: Message {
        var headers = Headers()
        headers[WireNames.Header.version] = .integer(WireNames.version)
        headers[WireNames.Header.attempt] = .integer(Int64(reply.attempt))
        headers[WireNames.Header.worker] = .string(Array(reply.worker.utf8))
        var message = Message(
            type: .empty,
            messageID: ShortString(id.bytes),
            correlationID: ShortString(id.job.description)
        )
        switch reply.outcome {
        case .done(let seconds):
            message.type = WireNames.MessageType.done
            message.contentType = WireNames.ContentType.bytes
            message.body = body
            headers[WireNames.Header.microseconds] = .integer(Int64(min(max(seconds, 0) * 1e6, 1e15)))
        case .failed(let reason, let isFinal):
            message.type = WireNames.MessageType.failed
            message.contentType = WireNames.ContentType.text
            message.body = Array(reason.utf8)
            if isFinal { headers[WireNames.Header.final] = .bool(true) }
        case .suspect: message.type = WireNames.MessageType.suspect
        case .diedAlone: message.type = WireNames.MessageType.diedAlone
        case .dropped: message.type = WireNames.MessageType.dropped
        case .refused(let reason):
            message.type = WireNames.MessageType.refused
            message.contentType = WireNames.ContentType.text
            message.body = Array(reason.utf8)
        }
        message.headers = headers
        return message
    }

    /// Reads an answer whose fragment is known to be `id`.
    ///
    /// - Throws: ``WarrenError/Code/incompatible`` that says what is wrong with the message.
    package init(_ message: Message, id: FragmentID) throws(WarrenError) {
        try WireReader.checkVersion(of: message)
        let outcome: LedgerEvent.Outcome
        switch message.type {
        case WireNames.MessageType.done:
            let microseconds = message.headers.integer(WireNames.Header.microseconds) ?? 0
            outcome = .done(seconds: Double(max(microseconds, 0)) / 1e6)
        case WireNames.MessageType.failed:
            outcome = .failed(
                String(decoding: message.body, as: UTF8.self),
                isFinal: message.headers.bool(WireNames.Header.final) ?? false
            )
        case WireNames.MessageType.suspect: outcome = .suspect
        case WireNames.MessageType.diedAlone: outcome = .diedAlone
        case WireNames.MessageType.dropped: outcome = .dropped
        case WireNames.MessageType.refused: outcome = .refused(String(decoding: message.body, as: UTF8.self))
        default: throw WarrenError(.incompatible, "type “\(message.type)” is no answer")
        }
        self.init(
            id: id,
            reply: LedgerEvent.Reply(
                attempt: try WireReader.attempt(of: message),
                worker: WireReader.worker(of: message),
                outcome: outcome
            ),
            body: message.body
        )
    }
}
