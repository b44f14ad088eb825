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
    let accountsAttempts: Bool
    var kind: JobKind { J.kind }
    var isRunning: Bool { ledger.isRunning }
    var mayMerge: Bool { hasLargePartials && R.takesMerged }
    var wantsSlots: Bool { ledger.isRunning && ledger.hasMore }

    private var source: J.Source
    var ledger: Ledger
    var reducer: R
    /// The answer that is being handled.
    var handling: Handling?
    /// What is being folded on other threads, by its first fragment; and what else was answered meanwhile about each of the
    /// fragments that it is of. Bounded by the window.
    var asides: [UnitRange: [ReplyMessage]] = [:]
    var others: [UnitRange: [ReplyMessage]] = [:]
    /// All that is in ``asides``.
    var bytesToFold = 0
    /// Whether partials have been so large that workers had better merge some.
    var hasLargePartials = false
    private var strays = 0
    /// Fragments that were answered together, with one partial.
    var merged = 0
    /// What all attempts that counted have used.
    var usage = AttemptCost()
    /// What a person would call the unit that the job fails for.
    private var culprit: String?
    var fragments = FragmentsOut()
    /// Whether the ledger's wish for another fragment waits until those that are out carry less.
    private var isOutOfRoom = false
    private let started: Instant
    private let ready: @Sendable () -> Void
    let folded: @Sendable (UnitRange, (any Error)?) -> Void
    private let completion: @Sendable (Result<JobResult<R.Output>, JobFailure>) -> Void

    /// - Parameters:
    ///   - ready: Called by the source, on any thread, when ``JobInputEvent/sourceReady`` should be sent.
    ///   - folded: Called on any thread when ``folded(_:_:at:)`` should be.
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
        folded: @escaping @Sendable (UnitRange, (any Error)?) -> Void,
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
        self.folded = folded
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

    /// The source called back.
    mutating func sourceReady(at now: Instant) -> [JobEffect] {
        var effects: [JobEffect] = []
        guard ledger.isAsking else { return effects }
        take(ledger.nextSize, at: now, &effects)
        return effects
    }

    mutating func strayed() { strays += 1 }

    func wants(_ range: UnitRange) -> Bool { ledger.wants(range) }

    var isHeavy: Bool { fragments.isHeavy }

    private var hasRoom: Bool { fragments.hasRoom(for: Int(ledger.slots)) }

    func payload(of range: UnitRange) -> [UInt8]? { fragments[range]?.payload }

    mutating func handle(_ event: LedgerEvent, at now: Instant, _ effects: inout [JobEffect]) {
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
        if isOutOfRoom, hasRoom, ledger.isAsking { take(ledger.nextSize, at: now, &effects) }
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

    mutating func reduce(
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
        isOutOfRoom = !hasRoom
        guard !isOutOfRoom else { return }
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
            merged: merged,
            strays: strays,
            seconds: (now - started).seconds,
            failure: failure?.message
        )
    }
}
