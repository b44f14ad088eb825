package import AMQP

/// A message in parts, for bodies larger than the broker takes in one: the parts come first, then the message itself with the
/// end of its body.
///
/// The parts of one sending have a number in common that no other has, so that those of two attempts, or of one that was sent
/// twice, never mix.
package enum MessageParts {
    /// The most that a part holds unless the broker takes less, in bytes.
    package static let largest = 256 << 10

    /// - Parameters:
    ///   - execution: Of this sending alone.
    ///   - size: What a part holds, in bytes.
    package static func split(_ message: Message, execution: Int64, size: Int = largest) -> [Message] {
        let size = max(size, 1)
        guard message.body.count > size else { return [message] }
        let count = (message.body.count + size - 1) / size
        return (0..<count).map { index in
            let body = Array(message.body[index * size..<min((index + 1) * size, message.body.count)])
            var part = message
            if index < count - 1 {
                part = Message(
                    type: WireNames.MessageType.part,
                    messageID: message.messageID,
                    correlationID: message.correlationID,
                    contentType: WireNames.ContentType.bytes
                )
                part.headers[WireNames.Header.version] = .integer(WireNames.version)
                part.headers[WireNames.Header.index] = .integer(Int64(index))
            } else {
                part.headers[WireNames.Header.parts] = .integer(Int64(count))
            }
            part.headers[WireNames.Header.execution] = .integer(execution)
            part.body = body
            return part
        }
    }
}
