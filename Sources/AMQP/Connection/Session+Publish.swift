import CRabbitMQ

/// What is sent without waiting for an answer. Each call may block while the socket is full, guarded by the
/// ``Watchdog`` of whoever calls.
extension Session {
    mutating func publish(_ publication: Publication) throws(AMQPError) {
        let status = try send(publication)
        try check(status: status, "publishing")
    }

    private mutating func send(_ publication: Publication) throws(AMQPError) -> CInt {
        let (state, channel) = (state, channel)
        var status: CInt = 0
        let (exchange, key, body) = (publication.exchange, publication.routingKey, publication.message.body)
        try encoder.withProperties(of: publication.message) { properties in
            status = exchange.bytes.withUnsafeBytes { exchange in
                key.bytes.withUnsafeBytes { key in
                    body.withUnsafeBytes { body in
                        amqp_basic_publish(
                            state,
                            channel,
                            Self.bytes(exchange),
                            Self.bytes(key),
                            publication.isMandatory ? 1 : 0,
                            0,
                            &properties,
                            Self.bytes(body)
                        )
                    }
                }
            }
        }
        return status
    }

    private static func bytes(_ buffer: UnsafeRawBufferPointer) -> amqp_bytes_t {
        amqp_bytes_t(len: buffer.count, bytes: UnsafeMutableRawPointer(mutating: buffer.baseAddress))
    }

    func acknowledge(_ frame: AcknowledgeWindow.Frame) throws(AMQPError) {
        try check(status: amqp_basic_ack(state, channel, frame.tag, frame.multiple ? 1 : 0), "acknowledging")
    }

    /// Gives a delivery back to the queue, or sends it to the dead letters.
    func reject(_ tag: UInt64, requeue: Bool) throws(AMQPError) {
        let status =
            requeue
            ? amqp_basic_nack(state, channel, tag, 0, 1)
            : amqp_basic_reject(state, channel, tag, 0)
        try check(status: status, "giving a delivery back")
    }
}
