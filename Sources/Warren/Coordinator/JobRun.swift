import AMQP

/// One job under way: its source, its ledger, and what has been folded so far.
///
/// It says what is to be sent and knows not how: a ``Coordinator`` sends it through the broker, a
/// ``LocalRunner`` runs it in this process.
struct JobRun<J: Job, R: Reducer>: RunningJob where R.Partial == J.Partial {
    let id: JobID
    let parameters: [UInt8]
    let timeLimit: Duration?
    let weight: Int
    private let accountsAttempts: Bool
    var kind: JobKind { J.kind }
    var isRunning: Bool { ledger.isRunning }
    var wantsSlots: Bool { ledger.isRunning && ledger.hasMore }

    private var source: J.Source
    private var ledger: Ledger
    private var reducer: R
    /// The answer that is being handled, and the partial that it brings.
    private var handling: (message: ReplyMessage, partial: J.Partial?)?
    private var strays = 0
    /// What all attempts that counted have used.
    private var usage = AttemptCost()
    /// What a person would call the unit that the job fails for.
    private var culprit: String?
    /// What is out, should it have to be sent again: bounded by the window.
    private var fragments: [UnitRange: Fragment] = [:]
    private let started: Instant
    private let ready: @Sendable () -> Void
    private let completion: @Sendable (Result<JobResult<R.Output>, JobFailure>) -> Void

    /// - Parameters:
    ///   - ready: Called by the source, on any thread, when ``JobInputEvent/sourceReady`` should be sent.
    ///   - completion: Called once, with the end of the job.
    init(
        id: JobID,
        job: J,
        reducer: R,
        parameters: [UInt8],
        input: JobInput,
        options: JobOptions,
        now: Instant,
        ready: @escaping @Sendable () -> Void,
        completion: @escaping @Sendable (Result<JobResult<R.Output>, JobFailure>) -> Void
    ) throws {
        self.id = id
        self.reducer = reducer
        self.parameters = parameters
        self.source = try job.source(for: input)
        var policy = options.policy
        policy.backups = policy.backups ?? J.isPure
        self.ledger = Ledger(policy: policy, unitCount: source.unitCount, grain: source.grain)
        self.timeLimit = options.timeLimit
        self.weight = options.weight
        self.accountsAttempts = options.accountsAttempts
        self.started = now
        self.ready = ready
        self.completion = completion
    }

    var nextDeadline: Instant? { ledger.nextDeadline }

    var progress: JobProgress {
        let counters = ledger.counters
        var progress = JobProgress()
        progress.units = counters.units
        progress.unitCount = ledger.isExhausted ? ledger.unitsTaken : ledger.unitCount
        progress.fragments = counters.fragments
        progress.fragmentsOut = ledger.fragmentsOut
        progress.slots = ledger.queue?.consumers
        progress.redelivered = counters.redelivered
        progress.workers = counters.workers
        return progress
    }

    mutating func handle(_ event: LedgerEvent, at now: Instant) -> [JobEffect] {
        var effects: [JobEffect] = []
        handle(event, at: now, &effects)
        return effects
    }

    /// A worker answered; the body is the partial of what is done.
    mutating func handle(_ message: ReplyMessage, at now: Instant) -> [JobEffect] {
        var effects: [JobEffect] = []
        var reply = message.reply
        var partial: J.Partial?
        switch reply.outcome {
        case .done, .partly:
            do {
                let decoded = try J.Partial(decoding: message.body)
                let isWhole = if case .done = reply.outcome { true } else { false }
                try reducer.check(decoded, of: message.id.range, isWhole: isWhole)
                partial = decoded
            } catch {
                let reason = "its result of \(message.body.count) bytes cannot be read: \(error)"
                reply = LedgerEvent.Reply(
                    attempt: reply.attempt,
                    worker: reply.worker,
                    outcome: .failed(AttemptFailure(.error, reason))
                )
            }
        default: break
        }
        handling = (message, partial)
        handle(.replied(message.id.range, reply), at: now, &effects)
        handling = nil
        return effects
    }

    /// The source called back.
    mutating func sourceReady(at now: Instant) -> [JobEffect] {
        var effects: [JobEffect] = []
        guard ledger.isAsking else { return effects }
        take(ledger.nextSize, at: now, &effects)
        return effects
    }

    mutating func strayed() { strays += 1 }

    private mutating func handle(_ event: LedgerEvent, at now: Instant, _ effects: inout [JobEffect]) {
        for action in ledger.handle(event, at: now) {
            switch action {
            case .take(let units): take(units, at: now, &effects)
            case .publish(let order):
                guard let fragment = fragments[order.range] else { continue }
                effects.append(.publish(order, fragment))
            case .account(let range): account(range, &effects)
            case .fold(let range): fold(range, now, &effects)
            case .carve(let range, let pieces): carve(range, into: pieces, now, &effects)
            case .split(let range, let unit):
                carve(range, into: [range.lowerBound..<unit, unit..<range.upperBound], now, &effects)
            case .skip(let range, let reason): skip(range, reason, now, &effects)
            case .drop(let range): drop(range)
            case .rollCall: effects.append(.rollCall)
            case .recall(let range): effects.append(.recall(FragmentID(job: id, range: range)))
            case .cancel: effects.append(.cancel)
            case .notice(let notice): effects.append(.notice(notice))
            case .finish: finish(at: now, &effects)
            case .fail(let error): fail(error, at: now, &effects)
            }
        }
    }

    // MARK: answers

    private mutating func account(_ range: UnitRange, _ effects: inout [JobEffect]) {
        guard let (message, partial) = handling else { return }
        usage.cpuSeconds += message.cost.cpuSeconds
        usage.peakMemory = max(usage.peakMemory, message.cost.peakMemory)
        guard accountsAttempts else { return }
        effects.append(.attempted(AttemptAccount(message, partial: partial as? CommandPartial)))
    }

    private mutating func fold(_ range: UnitRange, _ now: Instant, _ effects: inout [JobEffect]) {
        // Kept if it was folded in part: the rest is cut from it.
        if case .done? = handling?.message.reply.outcome { fragments[range] = nil }
        guard let handling, let partial = handling.partial else { return }
        reduce(now, &effects) { try $0.fold(partial, of: range, from: handling.message.reply.worker) }
    }

    private mutating func skip(
        _ range: UnitRange,
        _ reason: String,
        _ now: Instant,
        _ effects: inout [JobEffect]
    ) {
        let fragment = fragments.removeValue(forKey: range)
        effects.append(
            .skipped(
                SkippedUnits(
                    range: range,
                    name: fragment.flatMap(J.Source.describe),
                    items: fragment.flatMap(J.Source.items),
                    reason: reason
                )
            )
        )
        reduce(now, &effects) { try $0.skip(range) }
    }

    private mutating func reduce(
        _ now: Instant,
        _ effects: inout [JobEffect],
        _ body: (inout R) throws -> Void
    ) {
        do {
            try body(&reducer)
        } catch {
            handle(.broke("\(error)"), at: now, &effects)
        }
    }

    /// What is dropped last before the job fails is what it fails for.
    private mutating func drop(_ range: UnitRange) {
        let fragment = fragments.removeValue(forKey: range)
        if case .failed? = handling?.message.reply.outcome {
            culprit = culprit ?? fragment.flatMap(J.Source.describe)
        }
        if case .partly? = handling?.message.reply.outcome {
            culprit = culprit ?? fragment.flatMap(J.Source.describe)
        }
    }

    // MARK: the source

    private mutating func take(_ units: UInt64, at now: Instant, _ effects: inout [JobEffect]) {
        do {
            switch try source.take(upTo: units, ready: ready) {
            case .fragment(let fragment):
                fragments[fragment.range] = fragment
                handle(.took(fragment.range), at: now, &effects)
            case .later: break
            case .exhausted: handle(.exhausted, at: now, &effects)
            }
        } catch {
            handle(.broke("the input cannot be cut: \(error)"), at: now, &effects)
        }
    }

    /// Cuts a fragment that is out into smaller ones; what lies between them is not needed any more.
    private mutating func carve(
        _ range: UnitRange,
        into pieces: [UnitRange],
        _ now: Instant,
        _ effects: inout [JobEffect]
    ) {
        guard var rest = fragments.removeValue(forKey: range) else { return }
        do {
            for piece in pieces {
                if piece.lowerBound > rest.range.lowerBound {
                    rest = try J.Source.split(rest, at: piece.lowerBound).1
                }
                guard piece.upperBound < rest.range.upperBound else {
                    fragments[piece] = rest
                    break
                }
                let (first, second) = try J.Source.split(rest, at: piece.upperBound)
                fragments[piece] = first
                rest = second
            }
        } catch {
            handle(.broke("fragment \(id)/\(range) cannot be split: \(error)"), at: now, &effects)
        }
    }

    // MARK: the end

    private mutating func finish(at now: Instant, _ effects: inout [JobEffect]) {
        do {
            let output = try reducer.finish()
            end(.success(JobResult(output: output, receipt: receipt(.ok, at: now))), &effects)
        } catch {
            let failure = WarrenError(.job, "\(error)")
            end(.failure(JobFailure(error: failure, receipt: receipt(.failed, at: now, failure))), &effects)
        }
    }

    private mutating func fail(_ error: WarrenError, at now: Instant, _ effects: inout [JobEffect]) {
        reducer.abandon()
        let state: Receipt.State = error.code == .cancelled ? .cancelled : .failed
        let named = culprit.map { WarrenError(error.code, "\($0): \(error.message)") } ?? error
        let failure = error.code == .job && error.message.hasPrefix("unit ") ? named : error
        end(.failure(JobFailure(error: failure, receipt: receipt(state, at: now, failure))), &effects)
    }

    private func end(_ result: Result<JobResult<R.Output>, JobFailure>, _ effects: inout [JobEffect]) {
        let completion = completion
        effects.append(.ended(tell: { completion(result) }))
    }

    private func receipt(_ state: Receipt.State, at now: Instant, _ failure: WarrenError? = nil) -> Receipt {
        Receipt(
            job: id,
            kind: J.kind,
            state: state,
            counters: ledger.counters,
            usage: usage,
            strays: strays,
            seconds: (now - started).seconds,
            failure: failure?.message
        )
    }
}
