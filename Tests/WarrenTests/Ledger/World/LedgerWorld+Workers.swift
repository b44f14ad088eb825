import AMQP
import TestSupport
import Warren

/// The workers: what they do with what they are given.
extension LedgerWorld {
    /// A worker comes to the end of one fragment.
    mutating func work() {
        guard let index = held.indices.randomElement(using: &random) else { return }
        let message = held[index]
        guard let outcome = outcome(of: message) else { return redeliver(held.remove(at: index)) }
        post(outcome, to: message.order)
        // Answered, but killed before it could acknowledge: somebody else will answer again.
        if isChaotic, random.once(in: 10) { return redeliver(held.remove(at: index)) }
        held.remove(at: index)
    }

    /// What running a fragment comes to; nil if it takes its worker down.
    private mutating func outcome(of message: WorldMessage) -> LedgerEvent.Outcome? {
        let order = message.order
        if order.isAlone, message.deliveries > 0 { return .diedAlone }
        if message.deliveries > 1 { return .suspect }
        if isCancelled { return .dropped }
        let isPoisoned = rules.poison != .none && order.range.contains(rules.poisonUnit)
        if isPoisoned, rules.poison == .kills { return nil }
        if rules.answersPartly, order.range.unitCount > 1 {
            if let outcome = partly(order.range, isPoisoned: isPoisoned) { return outcome }
        }
        if isPoisoned { return .failed(.init(.error, "poison")) }
        return .done(seconds: Double(1 + random.below(900)) * 1e-3)
    }

    /// Unit by unit: the poison fails, in chaos others do as well, and the end may be left to somebody else.
    private mutating func partly(_ range: UnitRange, isPoisoned: Bool) -> LedgerEvent.Outcome? {
        let end =
            random.once(in: 3)
            ? range.lowerBound + 1 + UInt64(random.below(Int(range.unitCount))) : range.upperBound
        var failed: [LedgerEvent.PartialSuccess.Failed] = []
        for unit in range.lowerBound..<end {
            let isPoison = isPoisoned && unit == rules.poisonUnit
            guard isPoison || (isChaotic && rules.chaosFails && random.once(in: 6)) else { continue }
            failed.append(.init(unit..<unit + 1, .init(.error, isPoison ? "poison" : "by chance")))
        }
        let rest = end < range.upperBound ? [end..<range.upperBound] : []
        guard !failed.isEmpty || !rest.isEmpty else { return nil }
        return .partly(.init(seconds: 0.1, failed: failed, rest: rest))
    }

    /// Workers drop what was answered elsewhere; one that has not heard of it goes on.
    mutating func recall(_ range: UnitRange) {
        guard let index = held.firstIndex(where: { $0.order.range == range }), random.once(in: 2) else {
            return
        }
        post(.dropped, to: held.remove(at: index).order)
    }

    /// A worker answers something that running would not have led to.
    mutating func answer(with outcome: LedgerEvent.Outcome) {
        guard let index = held.indices.randomElement(using: &random) else { return }
        post(outcome, to: held.remove(at: index).order)
    }

    /// Another worker, to whom the same fragment was given once, answers it as well.
    mutating func answerTwice() {
        guard let message = held.randomElement(using: &random), let outcome = outcome(of: message) else {
            return
        }
        post(outcome, to: message.order)
    }

    private mutating func post(_ outcome: LedgerEvent.Outcome, to order: Order) {
        let worker = random.once(in: 2) ? "tiger@a" : "heron@b"
        let reply = LedgerEvent.Reply(
            attempt: order.attempt,
            worker: worker,
            outcome: outcome,
            isBackup: order.isBackup
        )
        answers.append(WorldAnswer(range: order.range, reply: reply))
    }

    mutating func handOverAnswer() {
        guard !answers.isEmpty else { return }
        let answer = answers.remove(at: isChaotic ? random.below(answers.count) : 0)
        if echoes.count < 16 { echoes.append(answer) } else { echoes[random.below(16)] = answer }
        hand(answer)
    }

    mutating func hand(_ answer: WorldAnswer) {
        handling = answer
        tell(.replied(answer.range, answer.reply))
    }

    /// The source, which may hand out less than it was asked for.
    mutating func answerTheLedger() {
        guard let asked else { return }
        self.asked = nil
        guard cursor < rules.units else {
            isExhausted = true
            return tell(.exhausted)
        }
        let most = min(asked, rules.units - cursor)
        let count = isChaotic && random.once(in: 4) ? UInt64(1 + random.below(Int(most))) : most
        let range = cursor..<cursor + count
        cursor += count
        out.append(WorldFragment(range: range))
        tell(.took(range))
    }
}
