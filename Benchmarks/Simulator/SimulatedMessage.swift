import Warren

/// A fragment on its way through the simulated broker.
struct SimulatedMessage: Hashable {
    /// Tells deliveries of the same fragment apart.
    let number: Int
    let range: UnitRange
    let attempt: Int
    let isAlone: Bool
    let isBackup: Bool
    /// How often it was given out before.
    var deliveries = 0
}

/// Something that happens at a moment.
struct SimulatedEvent: Comparable {
    enum Kind {
        case queued(SimulatedMessage)
        case delivered(SimulatedMessage, worker: Int)
        case finished(SimulatedMessage, worker: Int, seconds: Double)
        case answered(SimulatedMessage, worker: Int, LedgerEvent.Outcome)
        case acknowledged(worker: Int)
        case died(worker: Int)
        /// The requester has done what it was at.
        case free
        case polled
        case reported
        case ticked
    }

    let time: Double
    /// What was foreseen first happens first.
    let order: Int
    let kind: Kind

    static func < (left: Self, right: Self) -> Bool { (left.time, left.order) < (right.time, right.order) }
    static func == (left: Self, right: Self) -> Bool { left.order == right.order }
}
