import AMQP
import Warren

/// The faults have stopped: whatever can happen does, and time passes only when nothing else can.
extension LedgerWorld {
    mutating func stepOfCalm() {
        if !settlements.isEmpty { return settleOne() }
        if asked != nil { return answerTheLedger() }
        if !answers.isEmpty { return handOverAnswer() }
        if !held.isEmpty { return work() }
        if !queue.isEmpty { return deliver(at: 0) }
        slots = max(slots, 1)
        tellQueue()
        guard ending == nil, settlements.isEmpty, asked == nil else { return }
        guard let deadline = ledger.nextDeadline else { return violate("nothing can happen any more") }
        now = max(now, deadline)
        tell(.tick)
    }
}
