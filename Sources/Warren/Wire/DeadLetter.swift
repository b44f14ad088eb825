package import AMQP

/// A message on its way to, or in, the queue of dead letters.
package enum DeadLetter {
    /// The message with the reason why nobody could make sense of it, and where it was.
    static func message(_ message: Message, reason: String, queue: ShortString) -> Message {
        var dead = message
        // A header may be of any length; the whole must fit a frame.
        var headers = Headers()
        var room = 96 << 10
        for header in message.headers.entries.prefix(24) {
            room -= header.name.bytes.count + 16
            if case .string(let text) = header.value { room -= text.count }
            guard room > 0 else { break }
            headers[header.name] = header.value
        }
        headers[WireNames.Header.reason] = .string(Array(reason.utf8.prefix(1000)))
        headers[WireNames.Header.queue] = .string(queue.bytes)
        dead.headers = headers
        dead.isPersistent = true
        return dead
    }
}

extension DeadLetter {
    /// Why it is there, as whoever buried it wrote down.
    package static func reason(of message: Message) -> String {
        let reason =
            message.headers.string(WireNames.Header.reason) ?? message.headers.string("x-first-death-reason")
        return reason.map { String(decoding: $0, as: UTF8.self) } ?? "unknown"
    }

    /// Where it was before.
    package static func queue(of message: Message) -> String {
        let queue =
            message.headers.string(WireNames.Header.queue) ?? message.headers.string("x-first-death-queue")
        return queue.map { String(decoding: $0, as: UTF8.self) } ?? "unknown"
    }

    /// The pool on whose queue it was; nil if it was on none.
    package static func pool(of message: Message) -> Pool? {
        let (queue, prefix) = (queue(of: message), "warren.work.")
        return queue.hasPrefix(prefix) ? try? Pool(String(queue.dropFirst(prefix.count))) : nil
    }

    /// The message as it was before it was buried.
    static func revived(_ message: Message) -> Message {
        var revived = message
        var headers = Headers()
        for header in message.headers.entries
        where header.name != WireNames.Header.reason && header.name != WireNames.Header.queue
            && !header.name.bytes.starts(with: Array("x-".utf8))
        {
            headers[header.name] = header.value
        }
        revived.headers = headers
        revived.isPersistent = true
        return revived
    }

    /// A short name that is the same for the same content, wherever it lies.
    package static func name(of message: Message) -> String {
        let fields = [message.type, message.messageID, message.correlationID, message.replyTo].map(\.bytes)
        return String(Digest.sha256(fields.flatMap { $0 + [0] } + message.body).prefix(10))
    }
}
