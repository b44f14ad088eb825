package import AMQP

/// What is declared at the broker: the one place that knows the arguments, which must never differ.
package enum Topology {
    /// Declares a pool's work queue and everything around it. Costs a round trip for each part.
    package static func declare(_ pool: Pool, on session: borrowing Session) throws(AMQPError) {
        try session.declareExchange(WireNames.Exchange.dead, .fanout)
        try session.declareQueue(
            WireNames.deadQueue,
            arguments: [
                ("x-queue-type", .string(Array("quorum".utf8))),
                ("x-delivery-limit", .integer(1_000_000)),
                ("x-max-length-bytes", .integer(1 << 30)),
                ("x-overflow", .string(Array("drop-head".utf8))),
            ]
        )
        try session.bindQueue(WireNames.deadQueue, to: WireNames.Exchange.dead, routingKey: .empty)
        try session.declareExchange(WireNames.Exchange.work, .direct)
        try session.declareExchange(WireNames.Exchange.replies, .direct)
        try session.declareExchange(WireNames.Exchange.control, .fanout)
        try session.declareQueue(
            pool.queue,
            arguments: [
                ("x-queue-type", .string(Array("quorum".utf8))),
                ("x-queue-leader-locator", .string(Array("balanced".utf8))),
                // Never reached: a suspect is answered long before. Without a limit 3.10 has none and 4.0
                // has one of its own.
                ("x-delivery-limit", .integer(20)),
                // Seven days, in milliseconds: the default of half an hour would give long fragments out twice.
                ("x-consumer-timeout", .integer(604_800_000)),
                ("x-dead-letter-exchange", .string(WireNames.Exchange.dead.bytes)),
                ("x-dead-letter-strategy", .string(Array("at-least-once".utf8))),
                ("x-overflow", .string(Array("reject-publish".utf8))),
                ("x-max-length-bytes", .integer(4 << 30)),
            ]
        )
        try session.bindQueue(pool.queue, to: WireNames.Exchange.work, routingKey: pool.routingKey)
    }

    /// Declares a queue of one's own for what comes to an address and for what every worker is told, and consumes it.
    ///
    /// It needs no acknowledgements: what was given out when the connection broke is asked for again anyway.
    package static func consumeReplies(
        to address: ShortString,
        on session: inout Session
    ) throws(AMQPError) {
        try session.declareExchange(WireNames.Exchange.replies, .direct)
        let queue = try session.declareExclusiveQueue()
        try session.bindQueue(queue, to: WireNames.Exchange.replies, routingKey: address)
        try session.declareExchange(WireNames.Exchange.control, .fanout)
        try session.bindQueue(queue, to: WireNames.Exchange.control, routingKey: .empty)
        try session.consume(queue, as: "replies", prefetch: nil)
    }

    /// Declares a queue of one's own for what every worker is told, and consumes it as `control`.
    static func consumeControl(on session: inout Session) throws(AMQPError) {
        let queue = try session.declareExclusiveQueue()
        try session.bindQueue(queue, to: WireNames.Exchange.control, routingKey: .empty)
        try session.consume(queue, as: controlConsumer, prefetch: nil)
    }

    static let controlConsumer: ShortString = "control"
}
