import CRabbitMQ

/// What is declared, bound and consumed: each call waits for the broker's answer.
extension Session {
    package enum ExchangeType: String, Sendable { case direct, fanout }

    /// Declares a durable exchange. One that is there already, declared the same, is fine.
    package func declareExchange(_ name: ShortString, _ type: ExchangeType) throws(AMQPError) {
        withBytes(of: name) { name in
            withBytes(of: ShortString(type.rawValue)) { type in
                _ = amqp_exchange_declare(state, channel, name, type, 0, 1, 0, 0, amqp_empty_table)
            }
        }
        try check("declaring the exchange \(name)")
    }

    /// Declares a durable queue. One that is there already, declared the same, is fine.
    package func declareQueue(
        _ name: ShortString,
        arguments: [(name: String, value: Headers.Value)]
    ) throws(AMQPError) {
        withBytes(of: name) { name in
            Self.withTable(of: arguments) { arguments in
                _ = amqp_queue_declare(state, channel, name, 0, 1, 0, 0, arguments)
            }
        }
        try check("declaring the queue \(name)")
    }

    /// Declares a queue that goes with this connection. The name must be a fresh one: that of a connection of which the
    /// broker has not noticed the end is locked.
    package func declareExclusiveQueue(_ name: ShortString) throws(AMQPError) {
        withBytes(of: name) { name in
            _ = amqp_queue_declare(state, channel, name, 0, 0, 1, 1, amqp_empty_table)
        }
        try check("declaring the queue \(name)")
    }

    /// How many messages are ready in a queue, and how many consumers it has.
    package func inspectQueue(_ name: ShortString) throws(AMQPError) -> (ready: Int, consumers: Int) {
        let ok = withBytes(of: name) { name in
            amqp_queue_declare(state, channel, name, 1, 0, 0, 0, amqp_empty_table)
        }
        try check("looking at the queue \(name)")
        guard let ok else { throw AMQPError(.connectionLost, "\(endpoint) said nothing about \(name)") }
        defer { amqp_maybe_release_buffers_on_channel(state, channel) }
        return (Int(ok.pointee.message_count), Int(ok.pointee.consumer_count))
    }

    package func bindQueue(
        _ queue: ShortString,
        to exchange: ShortString,
        routingKey: ShortString
    ) throws(AMQPError) {
        withBytes(of: queue) { queue in
            withBytes(of: exchange) { exchange in
                withBytes(of: routingKey) { key in
                    _ = amqp_queue_bind(state, channel, queue, exchange, key, amqp_empty_table)
                }
            }
        }
        try check("binding the queue \(queue) to \(exchange)")
    }

    /// Starts a consumer.
    ///
    /// - Parameters:
    ///   - tag: The consumer's name, chosen by us and unique on this connection.
    ///   - prefetch: How many deliveries it may have without an acknowledgement; nil if it needs none.
    package mutating func consume(
        _ queue: ShortString,
        as tag: ShortString,
        prefetch: UInt16?
    ) throws(AMQPError) {
        if let prefetch {
            amqp_basic_qos(state, channel, 0, prefetch, 0)
            try check("setting the prefetch")
        }
        if prefetch == nil { unacknowledging.insert(tag) }
        withBytes(of: queue) { queue in
            withBytes(of: tag) { tag in
                _ = amqp_basic_consume(
                    state,
                    channel,
                    queue,
                    tag,
                    0,
                    prefetch == nil ? 1 : 0,
                    0,
                    amqp_empty_table
                )
            }
        }
        try check("consuming the queue \(queue)")
    }

    /// Ends a consumer. What it was given stays ours until it is acknowledged or given back.
    package func cancelConsumer(_ tag: ShortString) throws(AMQPError) {
        withBytes(of: tag) { tag in _ = amqp_basic_cancel(state, channel, tag) }
        try check("ending the consumer \(tag)")
    }

    /// Removes what waits in a queue.
    package func purgeQueue(_ queue: ShortString) throws(AMQPError) {
        withBytes(of: queue) { queue in _ = amqp_queue_purge(state, channel, queue) }
        try check("purging the queue \(queue)")
    }

    /// Asks the broker to confirm what is published.
    func selectConfirms() throws(AMQPError) {
        amqp_confirm_select(state, channel)
        try check("asking for confirms")
    }
}
