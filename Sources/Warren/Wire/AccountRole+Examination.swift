package import AMQP

extension AccountRole {
    /// What the account lacks to be what it is to be, found by trying whatever changes nothing. Costs some twenty round
    /// trips, and for each refusal a line in the broker's log.
    ///
    /// One attempt may need two rights, and names but the first that is missing; so once that is granted, another may
    /// come to light. What is not there yet, the account is not asked to declare.
    package func missingRights(for pool: Pool, on session: inout Session) throws(AMQPError) -> [AMQPRefusal] {
        var refusals: [AMQPRefusal] = []
        func attempt(
            _ session: inout Session,
            _ body: (inout Session) throws(AMQPError) -> Void
        ) throws(AMQPError) {
            do throws(AMQPError) {
                try session.attempt(body)
            } catch {
                // The account is looked at before what it wants: what is not there, it may have.
                if error.code == .notFound || error.code == .mismatch { return }
                guard let refusal = error.refusal else { throw error }
                if !refusals.contains(refusal) { refusals.append(refusal) }
            }
        }
        let queue = Topology.freshName(ownQueuePrefix, "doctor")
        try attempt(&session) { session throws(AMQPError) in try session.declareExclusiveQueue(queue) }
        for exchange in bindsTo {
            try attempt(&session) { session throws(AMQPError) in
                try session.bindQueue(queue, to: exchange, routingKey: "warren.doctor")
            }
        }
        for exchange in publishesTo {
            try attempt(&session) { session throws(AMQPError) in
                try session.checkWriting(to: exchange, reading: Self.source(for: exchange))
            }
        }
        for queue in [queue] + consumes(pool) {
            try attempt(&session) { session throws(AMQPError) in try session.checkReading(queue) }
        }
        guard self == .operator else { return refusals }
        for item in Topology.shared + [Topology.workQueue(of: pool)] {
            try attempt(&session) { session throws(AMQPError) in
                try item.find(on: session)
                try item.declare(on: session)
            }
        }
        return refusals
    }

    /// The exchanges from which its own queue gets what it is told.
    private var bindsTo: [ShortString] {
        self == .worker
            ? [WireNames.Exchange.control, WireNames.Exchange.workers]
            : [WireNames.Exchange.control, WireNames.Exchange.replies]
    }

    private var ownQueuePrefix: ShortString {
        self == .worker ? WireNames.controlQueuePrefix : WireNames.replyQueuePrefix
    }

    private func consumes(_ pool: Pool) -> [ShortString] {
        switch self {
        case .submitter: []
        case .worker: [pool.queue]
        case .operator: [pool.queue, WireNames.deadQueue]
        }
    }
}
