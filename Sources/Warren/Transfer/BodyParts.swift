import AMQP

/// A stretch of a body on its way to whoever has asked for it: messages of type `part`, and one of type `body` with its end.
enum BodyParts {
    /// Bodies up to this size travel in their messages, and no part holds more, in bytes.
    static let largest = 256 << 10
    /// What is sent at once of a larger body, in bytes: the rest is asked for when it has arrived, so that the broker never
    /// has more of it than this.
    static let stretch = 16 << 20

    /// All parts have a number in common that no other sending has, so that those of two never mix.
    ///
    /// - Parameters:
    ///   - stretch: Of the body, perhaps compressed.
    ///   - size: What a part holds, in bytes: at least one.
    static func split(
        _ stretch: [UInt8],
        encoding: Headers.Value?,
        answering request: BodyRequest,
        size: Int
    ) -> [Message] {
        let (size, sending) = (max(size, 1), Int64.random(in: .min ... .max))
        let count = max((stretch.count + size - 1) / size, 1)
        return (0..<count).map { index in
            let isLast = index == count - 1
            var part = request.answer(isLast ? WireNames.MessageType.body : WireNames.MessageType.part)
            part.contentType = WireNames.ContentType.bytes
            part.headers[WireNames.Header.sending] = .integer(sending)
            part.headers[WireNames.Header.index] = .integer(Int64(index))
            if isLast { part.headers[WireNames.Header.encoding] = encoding }
            part.body = Array(stretch[index * size..<min((index + 1) * size, stretch.count)])
            return part
        }
    }
}
