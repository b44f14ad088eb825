import AMQP

/// One job under way: its source, its ledger, and what has been folded so far.
///
/// It says what is to be sent and knows not how: a ``Coordinator`` sends it through the broker, a
/// ``LocalRunner`` runs it in this process.
struct JobRun<J: Job>: RunningJob {
    let id: JobID
    let parameters: [UInt8]
    var kind: JobKind { J.kind }

    private let job: J
    private var source: J.Source
    private var ledger: Ledger
    private var total: J.Partial
    /// What is out, should it have to be sent again: bounded by the window.
    private var fragments: [UnitRange: Fragment] = [:]
    private let started: Instant
    private let ready: @Sendable () -> Void
    private let completion: @Sendable (Result<JobResult<J.Output>, JobFailure>) -> Void

    /// - Parameters:
    ///   - ready: Called by the source, on any thread, when ``JobInputEvent/sourceReady`` should be sent.
    ///   - completion: Called once, with the end of the job.
    init(
        id: JobID,
        job: J,
        parameters: [UInt8],
        input: JobInput,
        policy: LedgerPolicy,
        now: Instant,
        ready: @escaping @Sendable () -> Void,
        completion: @escaping @Sendable (Result<JobResult<J.Output>, JobFailure>) -> Void
    ) throws {
        self.id = id
        self.job = job
        self.parameters = parameters
        self.source = try job.source(for: input)
        self.ledger = Ledger(policy: policy, unitCount: source.unitCount, grain: source.grain)
        self.total = job.identity
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
        handle(event, partial: nil, at: now, &effects)
        return effects
    }

    /// A worker answered; the body is the partial of a fragment that is done.
    mutating func handle(_ message: ReplyMessage, at now: Instant) -> [JobEffect] {
        var effects: [JobEffect] = []
        guard case .done = message.reply.outcome else {
            handle(.replied(message.id.range, message.reply), partial: nil, at: now, &effects)
            return effects
        }
        do {
            let partial = try J.Partial(decoding: message.body)
            handle(.replied(message.id.range, message.reply), partial: partial, at: now, &effects)
        } catch {
            let reason = "its result of \(message.body.count) bytes cannot be read: \(error)"
            let reply = LedgerEvent.Reply(
                attempt: message.reply.attempt,
                worker: message.reply.worker,
                outcome: .failed(reason, isFinal: false)
            )
            handle(.replied(message.id.range, reply), partial: nil, at: now, &effects)
        }
        return effects
    }

    /// The source called back.
    mutating func sourceReady(at now: Instant) -> [JobEffect] {
        var effects: [JobEffect] = []
        guard ledger.isAsking else { return effects }
        take(ledger.nextSize, at: now, &effects)
        return effects
    }

    private mutating func handle(
        _ event: LedgerEvent,
        partial: J.Partial?,
        at now: Instant,
        _ effects: inout [JobEffect]
    ) {
        for action in ledger.handle(event, at: now) {
            switch action {
            case .take(let units): take(units, at: now, &effects)
            case .publish(let order):
                guard let fragment = fragments[order.range] else { continue }
                effects.append(.publish(order, fragment))
            case .fold(let range):
                fragments[range] = nil
                if let partial { job.merge(partial, into: &total) }
            case .split(let range, let unit): split(range, at: unit, now, &effects)
            case .drop(let range): fragments[range] = nil
            case .cancel: effects.append(.cancel)
            case .notice(let notice): effects.append(.notice(notice))
            case .finish: finish(at: now, &effects)
            case .fail(let error): fail(error, at: now, &effects)
            }
        }
    }

    private mutating func take(_ units: UInt64, at now: Instant, _ effects: inout [JobEffect]) {
        do {
            switch try source.take(upTo: units, ready: ready) {
            case .fragment(let fragment):
                fragments[fragment.range] = fragment
                handle(.took(fragment.range), partial: nil, at: now, &effects)
            case .later: break
            case .exhausted: handle(.exhausted, partial: nil, at: now, &effects)
            }
        } catch {
            handle(.broke("the input cannot be cut: \(error)"), partial: nil, at: now, &effects)
        }
    }

    private mutating func split(
        _ range: UnitRange,
        at unit: UInt64,
        _ now: Instant,
        _ effects: inout [JobEffect]
    ) {
        guard let parent = fragments.removeValue(forKey: range) else { return }
        do {
            let halves = try J.Source.split(parent, at: unit)
            fragments[halves.0.range] = halves.0
            fragments[halves.1.range] = halves.1
        } catch {
            handle(
                .broke("fragment \(id)/\(range) cannot be split: \(error)"),
                partial: nil,
                at: now,
                &effects
            )
        }
    }

    private func finish(at now: Instant, _ effects: inout [JobEffect]) {
        do {
            let output = try job.result(of: total)
            completion(.success(JobResult(output: output, receipt: receipt(.ok, at: now))))
        } catch {
            let failure = WarrenError(.job, "\(error)")
            completion(.failure(JobFailure(error: failure, receipt: receipt(.failed, at: now, failure))))
        }
        effects.append(.ended)
    }

    private func fail(_ error: WarrenError, at now: Instant, _ effects: inout [JobEffect]) {
        let state: Receipt.State = error.code == .cancelled ? .cancelled : .failed
        completion(.failure(JobFailure(error: error, receipt: receipt(state, at: now, error))))
        effects.append(.ended)
    }

    private func receipt(_ state: Receipt.State, at now: Instant, _ failure: WarrenError? = nil) -> Receipt {
        Receipt(
            job: id,
            kind: J.kind,
            state: state,
            counters: ledger.counters,
            seconds: (now - started).seconds,
            failure: failure?.message
        )
    }
}
