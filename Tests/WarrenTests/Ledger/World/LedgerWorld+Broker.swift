import AMQP
import TestSupport
import Warren

/// The broker: what it takes, gives out, loses and confirms.
extension LedgerWorld {
    /// A publication: whether it arrives is decided now, when the coordinator hears of it later.
    mutating func post(_ order: Order) {
        var outcome = Publication.Outcome.confirmed
        var arrives = true
        if isChaotic, random.once(in: 8) {
            switch random.below(4) {
            case 0: (outcome, arrives) = (.nacked, false)
            case 1: (outcome, arrives) = (.returned, false)
            case 2: (outcome, arrives) = (.lost, false)
            default: (outcome, arrives) = (.lost, true)
            }
        }
        if arrives { queue.append(WorldMessage(order: order)) }
        settlements.append(WorldSettlement(range: order.range, sequence: order.sequence, outcome: outcome))
    }

    mutating func settleOne() {
        guard !settlements.isEmpty else { return }
        let settled = settlements.remove(at: isChaotic ? random.below(settlements.count) : 0)
        guard settled.outcome == .confirmed else {
            if settled.outcome != .lost, let index = index(of: settled.range) {
                out[index].isPublished = false
            }
            return tell(.unsettled(settled.range, sequence: settled.sequence, settled.outcome))
        }
        tell(.confirmed(settled.range, sequence: settled.sequence))
    }

    mutating func deliver(at index: Int) {
        guard index < queue.count else { return }
        let message = queue.remove(at: index)
        if message.deliveries > 0 { tell(.redelivered(message.order.range)) }
        held.append(message)
    }

    /// A worker dies with some of what it holds, which goes to the front of the queue again.
    mutating func killWorker() {
        var isFirst = true
        for index in held.indices.reversed() where isFirst || random.once(in: 2) {
            if held[index].order.isAlone, !rules.chaosFails { continue }
            isFirst = false
            redeliver(held.remove(at: index))
        }
    }

    mutating func redeliver(_ message: WorldMessage) {
        var message = message
        message.deliveries += 1
        queue.insert(message, at: 0)
    }

    /// The connection breaks: what was not confirmed is told as lost, and answers go down with the reply queue,
    /// but for those that workers still keep.
    mutating func loseConnection() {
        for index in settlements.indices { settlements[index].outcome = .lost }
        while !settlements.isEmpty, random.below(8) > 0 { settleOne() }
        loseAnswers()
        tell(.reconnected)
    }

    mutating func loseAnswers() {
        for index in answers.indices.reversed() where random.once(in: 2) { answers.remove(at: index) }
    }

    mutating func wait(for duration: Duration) {
        now = now + duration
        if random.once(in: 2) { tell(.tick) }
    }

    mutating func tellQueue() {
        tell(.queue(.init(ready: queue.count + (rules.isQueueShared ? 100 : 0), consumers: slots)))
    }

    /// Workers report what they hold; in chaos some do not.
    mutating func report() {
        tell(.held(held.filter { _ in !isChaotic || !random.once(in: 3) }.map(\.order.range)))
    }
}
