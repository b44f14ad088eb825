import AMQP

/// A body on its way to whoever has asked for it: messages of type `part`, and one of type `body` with the end of it. All
/// of them have the number in common that it was asked for with, so that those of two sendings never mix.
enum BodyParts {
    /// Bodies up to this size travel in their messages, and no part holds more, in bytes.
    static let largest = 256 << 10

    /// - Parameters:
    ///   - message: Whose body is asked for, perhaps compressed.
    ///   - size: What a part holds, in bytes: at least one.
    static func split(_ message: Message, answering request: BodyRequest, size: Int) -> [Message] {
        let (body, size) = (message.body, max(size, 1))
        let count = max((body.count + size - 1) / size, 1)
        return (0..<count).map { index in
            let isLast = index == count - 1
            var part = request.answer(isLast ? WireNames.MessageType.body : WireNames.MessageType.part)
            part.contentType = WireNames.ContentType.bytes
            part.headers[WireNames.Header.index] = .integer(Int64(index))
            if isLast { part.headers[WireNames.Header.encoding] = message.headers[WireNames.Header.encoding] }
            part.body = Array(body[index * size..<min((index + 1) * size, body.count)])
            return part
        }
    }
}
