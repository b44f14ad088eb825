package import AMQP

/// What is declared at the broker: the one place that knows the arguments, which must never differ.
package enum Topology {
    /// The exchanges and the dead letters, which all pools share, in the order of their declaration.
    package static let shared: [TopologyItem] = [
        TopologyItem(name: WireNames.Exchange.dead, kind: .exchange(.fanout)),
        TopologyItem(
            name: WireNames.deadQueue,
            kind: .queue(
                [
                    ("x-queue-type", .string(Array("quorum".utf8))),
                    ("x-delivery-limit", .integer(1_000_000)),
                    ("x-max-length-bytes", .integer(1 << 30)),
                    ("x-overflow", .string(Array("drop-head".utf8))),
                ],
                boundTo: WireNames.Exchange.dead,
                routingKey: .empty
            )
        ),
        TopologyItem(name: WireNames.Exchange.work, kind: .exchange(.direct)),
        replies, control,
        TopologyItem(name: WireNames.Exchange.workers, kind: .exchange(.direct)),
    ]

    /// What an answer and a word to everybody go through.
    private static let replies = TopologyItem(name: WireNames.Exchange.replies, kind: .exchange(.direct))
    private static let control = TopologyItem(name: WireNames.Exchange.control, kind: .exchange(.fanout))

    /// A pool's work queue.
    package static func workQueue(of pool: Pool) -> TopologyItem {
        TopologyItem(
            name: pool.queue,
            kind: .queue(
                [
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
                ],
                boundTo: WireNames.Exchange.work,
                routingKey: pool.routingKey
            )
        )
    }

    /// Declares a pool's work queue and everything around it. Costs a round trip for each part.
    ///
    /// An account without the right to configure finds what somebody has set up instead.
    package static func declare(_ pool: Pool, on session: inout Session) throws(AMQPError) {
        try ensure(shared + [workQueue(of: pool)], pool, on: &session)
    }

    /// Declares what all pools share.
    static func declareShared(on session: inout Session) throws(AMQPError) {
        try ensure(shared, .default, on: &session)
    }

    /// Declares a queue of one's own for what comes to an address and for what every worker is told, and consumes it.
    ///
    /// It needs no acknowledgements: what was given out when the connection broke is asked for again anyway.
    package static func consumeReplies(
        to address: ShortString,
        on session: inout Session
    ) throws(AMQPError) {
        try ensure([replies, control], .default, on: &session)
        let queue = freshName(WireNames.replyQueuePrefix, address)
        try session.declareExclusiveQueue(queue)
        try session.bindQueue(queue, to: WireNames.Exchange.replies, routingKey: address)
        try session.bindQueue(queue, to: WireNames.Exchange.control, routingKey: .empty)
        try session.consume(queue, as: "replies", prefetch: nil)
    }

    /// Declares a queue of one's own for what every worker is told, and for what comes to the worker's address, and
    /// consumes it as `control`.
    static func consumeControl(
        for worker: String,
        at address: ShortString,
        on session: inout Session
    ) throws(AMQPError) {
        let queue = freshName(WireNames.controlQueuePrefix, ShortString(Array(worker.utf8.prefix(100))))
        try session.declareExclusiveQueue(queue)
        try session.bindQueue(queue, to: WireNames.Exchange.control, routingKey: .empty)
        try session.bindQueue(queue, to: WireNames.Exchange.workers, routingKey: address)
        try session.consume(queue, as: controlConsumer, prefetch: nil)
    }

    static let controlConsumer: ShortString = "control"

    /// Declares what is missing; what the account may not declare must be there.
    private static func ensure(
        _ items: [TopologyItem],
        _ pool: Pool,
        on session: inout Session
    ) throws(AMQPError) {
        do throws(AMQPError) {
            try session.attempt { session throws(AMQPError) in
                for item in items { try item.declare(on: session) }
            }
        } catch  where error.refusal?.permission == .configure {
            // Every refusal costs a line in the broker's log: once one has come, nothing more is tried.
            for item in items { try find(item, pool, refused: "\(error)", on: &session) }
        }
    }

    private static func find(
        _ item: TopologyItem,
        _ pool: Pool,
        refused: String,
        on session: inout Session
    ) throws(AMQPError) {
        do throws(AMQPError) {
            try session.attempt { session throws(AMQPError) in try item.find(on: session) }
        } catch  where error.code == .notFound {
            let setup = "warren setup" + (pool == .default ? "" : " --pool \(pool)")
            throw AMQPError(
                .notFound,
                "the \(item) is not there, and \(refused); let an operator run “\(setup)”, which declares it"
            )
        }
    }

    /// A name that the permissions of an account can describe. Another each time: the broker may not have noticed yet
    /// that the connection which owned the last one is gone.
    static func freshName(_ prefix: ShortString, _ owner: ShortString) -> ShortString {
        var random = SystemRandomNumberGenerator()
        let suffix = String(UInt32.random(in: .min ... .max, using: &random), radix: 36)
        return ShortString(prefix.bytes + owner.bytes.prefix(150) + Array(".\(suffix)".utf8))
    }
}
