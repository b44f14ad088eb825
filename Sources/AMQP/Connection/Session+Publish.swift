import CRabbitMQ

/// What is sent without waiting for an answer: it waits in the buffer of frames until ``flush()``.
extension Session {
    /// How much may wait before it is sent: a batch of small messages, or a large one.
    private static let most = 256 << 10

    mutating func publish(_ publication: Publication) throws(AMQPError) {
        var message = publication.message
        endpoint.seal?.seal(&message, to: publication.exchange, routingKey: publication.routingKey)
        let body = message.body
        try publication.exchange.bytes.span.bytes.withUnsafeBytes { exchange throws(AMQPError) in
            try publication.routingKey.bytes.span.bytes.withUnsafeBytes { key throws(AMQPError) in
                var publish = amqp_basic_publish_t(
                    ticket: 0,
                    exchange: Self.bytes(exchange),
                    routing_key: Self.bytes(key),
                    mandatory: publication.isMandatory ? 1 : 0,
                    immediate: 0
                )
                try outgoing.append(method: WARREN_BASIC_PUBLISH.rawValue, &publish)
            }
        }
        try encoder.encode(message, into: &outgoing)
        try body.span.bytes.withUnsafeBytes { body throws(AMQPError) in try outgoing.append(body: body) }
        if outgoing.count > Self.most { try flush() }
    }

    mutating func acknowledge(_ frame: AcknowledgeWindow.Frame) throws(AMQPError) {
        var ack = amqp_basic_ack_t(delivery_tag: frame.tag, multiple: frame.multiple ? 1 : 0)
        try outgoing.append(method: WARREN_BASIC_ACK.rawValue, &ack)
    }

    /// Gives a delivery back to the queue.
    mutating func giveBack(_ tag: UInt64) throws(AMQPError) {
        var nack = amqp_basic_nack_t(delivery_tag: tag, multiple: 0, requeue: 1)
        try outgoing.append(method: WARREN_BASIC_NACK.rawValue, &nack)
    }

    /// Sends all that waits; nothing may wait when the broker is asked something.
    mutating func flush() throws(AMQPError) {
        guard outgoing.count > 0 else { return }
        if let stream {
            // The library frees its end when it gives the connection up, be that told or not.
            guard amqp_get_sockfd(state) >= 0 else {
                throw AMQPError(.connectionLost, "the connection to \(endpoint) was lost")
            }
            try outgoing.send(through: stream)
        } else {
            try outgoing.send(to: socket)
        }
    }

    private static func bytes(_ buffer: UnsafeRawBufferPointer) -> amqp_bytes_t {
        amqp_bytes_t(len: buffer.count, bytes: UnsafeMutableRawPointer(mutating: buffer.baseAddress))
    }
}
