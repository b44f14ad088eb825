import AMQP
import Warren

/// A fragment as the broker of the simulation holds it.
struct WorldMessage: Sendable {
    var order: Order
    /// How often it was given out before.
    var deliveries = 0
}

/// A worker's answer on its way to the coordinator.
struct WorldAnswer: Sendable {
    let range: UnitRange
    let reply: LedgerEvent.Reply

    var isDone: Bool { if case .done = reply.outcome { true } else { false } }

    /// The units that it says were not done.
    var missing: [UnitRange] {
        guard case .partly(let success) = reply.outcome else { return isDone ? [] : [range] }
        return success.failed.map(\.range) + success.rest
    }
}

/// A fragment that is out, as the model sees it.
struct WorldFragment: Sendable {
    let range: UnitRange
    /// The attempt that is on its way; 0 before the first publication.
    var attempt = 0
    /// Whether that attempt has failed already: it must not fail once more.
    var isSpent = false
    /// Whether the broker or a worker has it; false before its first publication, and after one was refused.
    var isPublished = false
}

/// The outcome of a publication that the coordinator has not been told yet.
struct WorldSettlement: Sendable {
    let range: UnitRange
    let sequence: UInt64
    var outcome: Publication.Outcome
}

/// All that a durable coordinator would have kept: the ledger's snapshot, and what was folded by then.
struct WorldCheckpoint: Sendable {
    let snapshot: Ledger.Snapshot
    let out: [WorldFragment]
    let folded: UInt64
    let skipped: UInt64
    let isExhausted: Bool
}
