import AMQP

/// What workers answer, and how it gets into the result.
extension JobRun {
    /// From this size on, in bytes, partials are merged by the workers.
    private static var large: Int { 1 << 20 }

    /// An answer on its way through the ledger.
    struct Handling {
        let message: ReplyMessage
        /// What it brings, unless that has been folded already.
        let partial: J.Partial?
    }

    /// A worker answered; the body is the partial of what is done.
    mutating func handle(_ message: ReplyMessage, at now: Instant) -> [JobEffect] {
        var effects: [JobEffect] = []
        handle(message, at: now, &effects)
        return effects
    }

    /// A worker answered several fragments with one partial, which counts only for all of them.
    mutating func handle(_ merged: MergedReply, at now: Instant) -> [JobEffect] {
        var effects: [JobEffect] = []
        let ranges = merged.answers.map(\.id.range)
        if R.takesMerged, ranges.allSatisfy({ ledger.wants($0) && others[$0] == nil }) {
            fold(merged.body, of: merged.answers, at: now, &effects)
        } else {
            for answer in merged.answers {
                // What has been answered already is a duplicate, and the others are to run once more.
                let isWanted = ledger.wants(answer.id.range)
                let outcome = isWanted ? LedgerEvent.Outcome.yielded : answer.reply.outcome
                let reply = LedgerEvent.Reply(
                    attempt: answer.reply.attempt,
                    worker: answer.reply.worker,
                    outcome: outcome
                )
                handle(ReplyMessage(id: answer.id, reply: reply), at: now, &effects)
            }
        }
        return effects
    }

    /// Another thread has folded a partial, or found that it is none.
    mutating func folded(_ first: UnitRange, _ error: (any Error)?, at now: Instant) -> [JobEffect] {
        var effects: [JobEffect] = []
        let answers = asides.removeValue(forKey: first) ?? []
        bytesToFold -= answers.reduce(0) { $0 + $1.body.count }
        let waiting = answers.flatMap { others.removeValue(forKey: $0.id.range) ?? [] }
        if let error { refuse(answers, error, at: now, &effects) } else { accept(answers, at: now, &effects) }
        for other in waiting { handle(other, at: now, &effects) }
        return effects
    }

    private mutating func handle(_ message: ReplyMessage, at now: Instant, _ effects: inout [JobEffect]) {
        let range = message.id.range
        guard others[range] == nil else {
            others[range]?.append(message)
            return
        }
        switch message.reply.outcome {
        case .done where ledger.wants(range): fold(message.body, of: [message], at: now, &effects)
        case .partly: decode(message, at: now, &effects)
        default: handle(Handling(message: message, partial: nil), at: now, &effects)
        }
    }

    /// A partial of whole fragments is folded before the ledger hears of it, so that the reducer can do so while it reads
    /// it; until then, nothing else that is said of them counts.
    private mutating func fold(
        _ body: [UInt8],
        of answers: [ReplyMessage],
        at now: Instant,
        _ effects: inout [JobEffect]
    ) {
        guard let first = answers.first else { return }
        if body.count >= Self.large { hasLargePartials = true }
        let (folded, range) = (folded, first.id.range)
        switch reducer.fold(encoded: body, then: { folded(range, $0) }) {
        case .done: accept(answers, at: now, &effects)
        case .unreadable(let error): refuse(answers, error, at: now, &effects)
        case .declined: decode(first, at: now, &effects)
        case .later:
            // Whole fragments' partials, or one of them all, which no answer has.
            asides[range] = [first.with(body: body)] + answers.dropFirst()
            bytesToFold += body.count
            for answer in answers { others[answer.id.range] = [] }
        }
    }

    private mutating func decode(_ message: ReplyMessage, at now: Instant, _ effects: inout [JobEffect]) {
        do {
            let partial = try J.Partial(decoding: message.body)
            let isWhole = if case .done = message.reply.outcome { true } else { false }
            try reducer.check(partial, of: message.id.range, isWhole: isWhole)
            handle(Handling(message: message, partial: partial), at: now, &effects)
        } catch {
            refuse([message], error, at: now, &effects)
        }
    }

    /// What these fragments yielded is in the result.
    private mutating func accept(_ answers: [ReplyMessage], at now: Instant, _ effects: inout [JobEffect]) {
        if answers.count > 1 { merged += answers.count }
        for answer in answers { handle(Handling(message: answer, partial: nil), at: now, &effects) }
    }

    private mutating func handle(_ answer: Handling, at now: Instant, _ effects: inout [JobEffect]) {
        handling = answer
        handle(.replied(answer.message.id.range, answer.message.reply), at: now, &effects)
        handling = nil
    }

    /// An answer without a partial that could be read is a failed attempt.
    private mutating func refuse(
        _ answers: [ReplyMessage],
        _ error: any Error,
        at now: Instant,
        _ effects: inout [JobEffect]
    ) {
        for answer in answers {
            let failure = AttemptFailure(.error, "its result cannot be read: \(error)")
            let reply = LedgerEvent.Reply(
                attempt: answer.reply.attempt,
                worker: answer.reply.worker,
                outcome: .failed(failure)
            )
            handling = Handling(message: answer, partial: nil)
            handle(.replied(answer.id.range, reply), at: now, &effects)
            handling = nil
        }
    }

    mutating func account(_ range: UnitRange, _ effects: inout [JobEffect]) {
        guard let handling else { return }
        usage.cpuSeconds += handling.message.cost.cpuSeconds
        usage.peakMemory = max(usage.peakMemory, handling.message.cost.peakMemory)
        guard accountsAttempts else { return }
        let partial = handling.partial as? CommandPartial
        effects.append(.attempted(AttemptAccount(handling.message, partial: partial)))
    }

    mutating func fold(_ range: UnitRange, _ now: Instant, _ effects: inout [JobEffect]) {
        // Kept if it was folded in part: the rest is cut from it.
        if case .done? = handling?.message.reply.outcome { fragments[range] = nil }
        guard let handling, let partial = handling.partial else { return }
        reduce(now, &effects) { try $0.fold(partial, of: range, from: handling.message.reply.worker) }
    }
}
