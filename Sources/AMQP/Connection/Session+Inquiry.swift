import CRabbitMQ

/// What is asked of the broker without changing anything: what is there, and what the account may do.
///
/// What is not there, or not allowed, closes the channel: ask within ``attempt(_:)`` whatever may fail.
extension Session {
    /// Makes sure that an exchange is there, whatever it is like. Needs no permission.
    package func findExchange(_ name: ShortString) throws(AMQPError) {
        withBytes(of: name) { name in
            _ = amqp_exchange_declare(state, channel, name, amqp_empty_bytes, 1, 0, 0, 0, amqp_empty_table)
        }
        try check("looking for the exchange \(name)")
    }

    /// Makes sure that the account may publish to an exchange.
    ///
    /// Removes a binding that there never was, which the broker allows to those only who may write to the one and read
    /// from the other. Nothing is published: a broker that is short of memory would block the connection for that.
    /// - Parameter source: Another exchange, from which the account may read.
    package func checkWriting(to exchange: ShortString, reading source: ShortString) throws(AMQPError) {
        withBytes(of: exchange) { exchange in
            withBytes(of: source) { source in
                withBytes(of: "warren.never-bound") { key in
                    _ = amqp_exchange_unbind(state, channel, exchange, source, key, amqp_empty_table)
                }
            }
        }
        try check("trying to publish to the exchange \(exchange)")
    }

    /// Makes sure that the account may consume a queue, which need not be there.
    ///
    /// Asks for a consumer of a sort that there is not. The broker looks at the account first; a real consumer would be
    /// given messages, and that counts.
    package mutating func checkReading(_ queue: ShortString) throws(AMQPError) {
        withBytes(of: queue) { queue in
            Self.withTable(of: [("x-priority", .string(Array("none".utf8)))]) { arguments in
                _ = amqp_basic_consume(state, channel, queue, amqp_empty_bytes, 0, 0, 0, arguments)
            }
        }
        do throws(AMQPError) {
            try check("consuming the queue \(queue)")
        } catch  where error.code == .notFound || error.code == .closedByBroker {
            return try reopenChannel()
        }
        // A broker that knows such consumers: it goes with the channel, and gives back what it was given.
        amqp_channel_close(state, channel, AMQP_REPLY_SUCCESS)
        amqp_channel_open(state, channel)
        try check("opening a channel")
    }

    /// Finds out whether the broker takes a message of this size. It goes to nobody, under a key that is neither a pool
    /// nor an address: the exchange drops it.
    ///
    /// Costs sending it. The next question waits until the broker has looked at it.
    /// - Returns: The largest size that the broker takes, if that is less.
    package mutating func largestMessage(
        upTo bytes: Int,
        through exchange: ShortString
    ) throws(AMQPError) -> Int? {
        let message = Message(type: "probe", body: [UInt8](repeating: 0, count: bytes))
        do throws(AMQPError) {
            try attempt { session throws(AMQPError) in
                try session.publish(Publication(message, to: exchange, routingKey: "to nobody"))
                try session.flush()
                try session.findExchange(exchange)
            }
            return nil
        } catch  where error.code == .tooLarge {
            return error.limit ?? 0
        }
    }

    /// Does what the broker may refuse; if it does, the channel is opened anew, without its consumers, and all can go on.
    package mutating func attempt<Result>(
        _ body: (inout Session) throws(AMQPError) -> Result
    ) throws(AMQPError) -> Result {
        do throws(AMQPError) {
            return try body(&self)
        } catch {
            if error.code != .connectionLost, error.code != .timedOut { try reopenChannel() }
            throw error
        }
    }

    private mutating func reopenChannel() throws(AMQPError) {
        var closed = amqp_channel_close_ok_t()
        let status = amqp_send_method(state, channel, WARREN_CHANNEL_CLOSE_OK.rawValue, &closed)
        try check(status: status, "closing a channel")
        amqp_maybe_release_buffers_on_channel(state, channel)
        unacknowledging = []
        amqp_channel_open(state, channel)
        try check("opening a channel")
    }
}
