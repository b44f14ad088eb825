import AMQP
import Warren

/// What the ledger may ask for, and what each action does to the world.
extension LedgerWorld {
    mutating func carryOut(_ action: LedgerAction) {
        guard ending == nil else { return violate("\(action) after the end") }
        switch action {
        case .take(let units):
            if isEnding { violate("a question although the job is over") }
            if asked != nil { violate("a second question before the answer") }
            if units == 0 || isExhausted { violate("take(\(units)) of a source that has no more to give") }
            asked = units
        case .publish(let order): publish(order)
        case .fold(let range): fold(range)
        case .split(let range, let middle): split(range, at: middle)
        case .drop(let range):
            if !isEnding, handling?.isDone ?? true { violate("\(range) dropped, but the job goes on") }
            isEnding = true
            strikeOff(range)
        case .carve(let range, let pieces): carve(range, into: pieces)
        case .skip(let range, _): skip(range)
        case .account(let range):
            if handling?.range != range { violate("\(range) accounted for, which nobody has answered") }
        case .cancel: isCancelled = true
        case .recall(let range):
            if index(of: range) != nil { violate("\(range) recalled, which is out") }
            recall(range)
        case .notice, .rollCall: break
        case .finish:
            checkReceipt()
            ending = action
        case .fail(let error):
            checkFailure(error)
            ending = action
        }
    }

    private mutating func publish(_ order: Order) {
        if isEnding { violate("\(order.range) published although the job is over") }
        guard let index = index(of: order.range) else {
            return violate("\(order.range) published, which is not out")
        }
        let attempt = max(out[index].attempt + (out[index].isSpent ? 1 : 0), 1)
        if order.attempt != attempt { violate("attempt \(order.attempt) published in place of \(attempt)") }
        out[index] = WorldFragment(range: order.range, attempt: order.attempt, isPublished: true)
        if order.sequence <= lastSequence { violate("publication \(order.sequence) after \(lastSequence)") }
        lastSequence = order.sequence
        post(order)
    }

    private mutating func fold(_ range: UnitRange) {
        if isEnding { violate("\(range) folded although the job is over") }
        guard let handling, handling.missing != [range], handling.range == range else {
            return violate("\(range) folded, but its partial is not at hand")
        }
        strikeOff(range)
        let units = handling.missing.reduce(mask(of: range)) { $0 & ~mask(of: $1) }
        if folded & units != 0 {
            violate("\(range) folded, of which some units were folded before")
        }
        if rules.poison != .none, units & 1 << rules.poisonUnit != 0 { violate("the poison unit was folded") }
        folded |= units
    }

    /// What failed has used up its attempt; what was not tried has had none.
    private mutating func carve(_ range: UnitRange, into pieces: [UnitRange]) {
        guard let handling, case .partly(let success) = handling.reply.outcome, handling.range == range,
            Set(pieces) == Set(handling.missing)
        else { return violate("\(range) carved into \(pieces), which is not what was answered") }
        for failed in success.failed {
            out.append(WorldFragment(range: failed.range, attempt: handling.reply.attempt, isSpent: true))
        }
        for rest in success.rest { out.append(WorldFragment(range: rest)) }
        explained += pieces.count
    }

    private mutating func skip(_ range: UnitRange) {
        strikeOff(range)
        if rules.policy.onFailure != .skip { violate("\(range) skipped, but the job was to stop") }
        let isPoison = rules.poison != .none && range.contains(rules.poisonUnit)
        if range.unitCount != 1 || !(isPoison || rules.chaosFails) { violate("\(range) skipped for nothing") }
        skipped |= mask(of: range)
    }

    private mutating func split(_ range: UnitRange, at middle: UInt64) {
        strikeOff(range)
        guard range.lowerBound < middle, middle < range.upperBound else {
            return violate("\(range) cut at \(middle)")
        }
        out.append(WorldFragment(range: range.lowerBound..<middle))
        out.append(WorldFragment(range: middle..<range.upperBound))
        explained += 1
    }

    private mutating func strikeOff(_ range: UnitRange) {
        guard let index = index(of: range) else { return violate("\(range) struck off, which is not out") }
        out.swapAt(index, out.count - 1)
        out.removeLast()
    }

    /// The rule about replies: any success counts if the range is out; a failure once, and only for the attempt
    /// that is on its way.
    mutating func judge(_ answer: WorldAnswer, isCounted: Bool) {
        guard let index = index(of: answer.range) else {
            if isCounted { violate("an answer counted of \(answer.range), which is not out") }
            return
        }
        let isCurrent = answer.reply.attempt == max(out[index].attempt, 1) && !out[index].isSpent
        // Nobody is expected to fail what is not with them; if somebody does, either way is exact.
        if isCounted != (answer.isDone || isCurrent), answer.isDone || out[index].isPublished {
            violate("\(answer) was \(isCounted ? "counted" : "dropped")")
        }
        guard isCounted, !answer.isDone else { return }
        // It is on its way again, and nothing has been tried.
        if case .yielded = answer.reply.outcome { return }
        out[index].attempt = max(out[index].attempt, 1)
        out[index].isSpent = true
    }

    func index(of range: UnitRange) -> Int? { out.firstIndex { $0.range == range } }

    func mask(of range: UnitRange) -> UInt64 {
        ((1 << range.unitCount) - 1) << range.lowerBound
    }

    // MARK: promises

    /// After each event: the book and the model agree, and the book is no larger than can be explained.
    mutating func checkBook() {
        if ledger.fragmentsOut != out.count {
            violate("\(ledger.fragmentsOut) out, but \(out.count) in the model")
        }
        if out.count > explained + largestWindow { violate("\(out.count) out, window \(largestWindow)") }
        if ending == nil, ledger.nextDeadline == nil { violate("it goes on, but wants no tick") }
    }

    /// No more slots than four are ever told; only fragments of a fixed size may need more than two for each.
    private var largestWindow: Int {
        rules.policy.window ?? (rules.policy.fragmentSize == nil ? 8 : 4 * 128)
    }

    /// At the end: every unit exactly once, and the receipt says so.
    private mutating func checkReceipt() {
        let counters = ledger.counters
        if folded | skipped != mask(of: 0..<rules.units) || folded & skipped != 0 {
            violate("finished, but folded only \(folded) and skipped \(skipped)")
        }
        if !out.isEmpty || !isExhausted { violate("finished, with \(out) out") }
        if counters.units + counters.skipped != rules.units
            || counters.units != UInt64(folded.nonzeroBitCount)
        {
            violate("the receipt says \(counters.units) and \(counters.skipped) of \(rules.units)")
        }
        if counters.workers.values.reduce(0, +) != counters.fragments {
            violate("workers and fragments differ")
        }
    }

    /// A job fails only for a reason that the world knows of, and then names the unit.
    private mutating func checkFailure(_ error: WarrenError) {
        let message = error.message
        if message.hasPrefix("unit ") {
            let isPoison = rules.poison != .none && message.hasPrefix("unit \(rules.poisonUnit) ")
            // Chaos fails healthy units, too, and may do so until their tries are used up.
            if !isPoison, !isChaosToBlame(message) { violate("the wrong unit is blamed: \(message)") }
        } else if !rules.mayEndEarly
            || !(error.code == .cancelled || ["final", "broke"].contains(message)
                || message.contains("refused"))
        {
            violate("it failed for no reason: \(message)")
        }
    }

    private func isChaosToBlame(_ message: String) -> Bool {
        rules.chaosFails && (message.contains("chance") || message.contains("there"))
    }

    /// Whatever comes after the end, nothing happens.
    mutating func checkSilence() {
        let late: [LedgerEvent] = [
            .tick, .reconnected, .queue(nil), .cancelled, .held([0..<1]), .took(0..<1), .exhausted, .began,
        ]
        now = now + .seconds(60)
        for event in late + echoes.map({ .replied($0.range, $0.reply) }) {
            if !ledger.handle(event, at: now).isEmpty { violate("\(event) after the end had consequences") }
        }
        if ledger.nextDeadline != nil { violate("a deadline after the end") }
    }
}
