import AMQP
import TestSupport
import Warren

/// One random event: mostly what happens on a good day, in any order, and now and then a fault.
extension LedgerWorld {
    mutating func stepOfChaos() {
        if random.once(in: rules.faultRate) { return fault() }
        switch random.below(12) {
        case 0, 1: answerTheLedger()
        case 2, 3: deliver(at: random.once(in: 5) ? random.below(max(queue.count, 1)) : 0)
        case 4, 5: work()
        case 6, 7: handOverAnswer()
        case 8: settleOne()
        case 9: wait(for: .milliseconds(random.below(400)))
        case 10: tellQueue()
        default: report()
        }
    }

    private mutating func fault() {
        switch random.below(17) {
        case 0, 1: killWorker()
        case 2: loseConnection()
        case 3: if !rules.isQueueShared { queue.removeAll() }
        case 4: tell(.queue(nil))
        case 5: changeSlots()
        case 6: wait(for: .seconds(random.below(12)))
        case 7, 8: echo()
        case 9: answerTwice()
        case 10: takeCheckpoint()
        case 11: restart()
        case 12: failForNoReason()
        case 13: answer(with: .refused("refused"))
        case 14: answer(with: .dropped)
        case 15: answer(with: .yielded)
        default: endEarly()
        }
    }

    /// An answer that was handled long ago comes again; or one of the attempts comes that it was never for.
    private mutating func echo() {
        guard let echo = echoes.randomElement(using: &random) else { return }
        hand(echo)
    }

    private mutating func changeSlots() {
        slots = random.below(5)
        tellQueue()
    }

    private mutating func failForNoReason() {
        guard rules.chaosFails else { return }
        if rules.mayEndEarly, random.once(in: 4) { return answer(with: .failed(.init(.input, "final"))) }
        let causes: [AttemptFailure.Cause] = [.error, .crash, .timeout, .memory, .oversize]
        answer(with: .failed(.init(causes[random.below(causes.count)], "by chance")))
    }

    private mutating func endEarly() {
        guard rules.mayEndEarly else { return }
        isEnding = true
        tell(random.once(in: 2) ? .cancelled : .broke("broke"))
    }
}
