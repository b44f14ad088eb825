package import AMQP
import DequeModule

/// The coordinator's book of one job: which fragments are out, which are done, what to do next.
///
/// A pure value: events go in, actions come out, and it neither does I/O nor reads a clock. It holds what is
/// out, never what is done, so its size is that of the window.
///
/// ```swift
/// for action in ledger.handle(.replied(range, reply), at: now) { … }
/// ```
///
/// The rules that make the answer exact are each in one place: a reply counts if exactly its range is out
/// (`Ledger+Replies`), a fragment is published again only on evidence (`Ledger+Evidence`), what fails for good
/// is replaced by its halves until the bad unit stands alone (`fail(_:_:_:)`).
package struct Ledger: Sendable {
    let policy: LedgerPolicy
    /// How many units the job has, if the source knows.
    let unitCount: UInt64?
    /// The smallest fragment worth sending.
    let grain: UInt64

    var out: [UnitRange: Entry] = [:]
    var sizing = Sizing()
    var roundTrip = RoundTrip()
    /// The part of the pool's slots that is for this job, while others want theirs.
    var share = 1.0
    var unitsTaken: UInt64 = 0
    var hasBegun = false
    var isExhausted = false
    var isAsking = false
    /// Whether the window is being filled up.
    private var isFilling = true
    var queue: LedgerEvent.QueueState?
    var sequence: UInt64 = 0
    /// The latest publication that has been answered.
    var latestAnswered: UInt64 = 0
    var nextRound: Instant?
    /// When the next fragment in backoff is due; nil if none is in backoff.
    var nextRetry: Instant?
    /// When a backup may be due; nil if none can be.
    var nextBackup: Instant?
    /// The time of the event that is being handled.
    private var now = Instant(nanoseconds: 0)
    /// Fragments that wait for their turn to run alone, and those whose turn it is.
    var suspects = Deque<UnitRange>()
    var alone: Set<UnitRange> = []
    /// Halves that wait for room in the window, the next one last: halving goes deep before it goes wide, or one
    /// large fragment of nothing but bad units would put every unit out at once.
    var halves: [UnitRange] = []
    var refusals = Refusals()
    var phase = Phase.running
    package internal(set) var counters = LedgerCounters()

    enum Phase: Sendable {
        case running
        /// Over without a result, as soon as nothing is out or the time has come.
        case ending(WarrenError, until: Instant)
        case ended
    }

    /// A fragment that is out.
    struct Entry: Sendable {
        var attempt = 1 {
            didSet {
                earliest = 0
                copies = 0
            }
        }
        var isAlone = false
        /// Whether it is on the way to the bad unit, where one failure is enough.
        var isNarrowing = false
        var history = FailureHistory()
        var deathsAlone = 0
        /// The number of its latest publication.
        var sequence: UInt64 = 0
        /// The number of this attempt's first publication: an answer may be to that one.
        var earliest: UInt64 = 0
        /// When this attempt was published first.
        var publishedAt = Instant(nanoseconds: 0)
        /// How many others were out then.
        var ahead = 0
        /// How often it is out besides: backups of this attempt.
        var copies = 0
        /// When it is to be published again; nil if it is with the broker.
        var retryAt: Instant?
        /// Whether it waits for its turn: to run alone, or for room in the window.
        var isQueued = false
        var isConfirmed = false
        /// Whether a worker has reported it in this round.
        var isHeld = false
        var roundsUnheld = 0

        /// Whether the broker or a worker has it, as far as is known.
        var isPublished: Bool { retryAt == nil && !isQueued }
    }

    package init(policy: LedgerPolicy, unitCount: UInt64?, grain: UInt64 = 1) {
        self.policy = policy
        self.unitCount = unitCount
        self.grain = max(grain, 1)
    }

    /// Takes an event in; the actions are to be carried out in order, before the next event.
    ///
    /// - Parameter now: Never earlier than in the call before.
    package mutating func handle(_ event: LedgerEvent, at now: Instant) -> [LedgerAction] {
        var actions: [LedgerAction] = []
        guard !isEnded else { return actions }
        self.now = now
        switch event {
        case .began:
            hasBegun = true
            nextRound = now + policy.reportInterval
            publishEverything(&actions)
        case .took(let range): take(range, &actions)
        case .exhausted:
            isExhausted = true
            isAsking = false
        case .queue(let state):
            queue = state
            // The broker is there after all: no need for the patience that one that is away is given.
            if case .ending(let error, let until) = phase, state != nil {
                phase = .ending(error, until: min(until, now + policy.farewell))
            }
            // A worker that has just started has not heard of it.
            if !isRunning, !out.isEmpty, state.map({ $0.consumers > 0 }) ?? false { actions.append(.cancel) }
        case .share(let share): self.share = min(max(share, 0), 1)
        case .confirmed(let range, let sequence):
            if out[range]?.sequence == sequence { out[range]?.isConfirmed = true }
        case .unsettled(let range, let sequence, let outcome):
            unsettled(range, sequence, outcome, now, &actions)
        case .replied(let range, let reply): replied(range, reply, now, &actions)
        case .redelivered(let range):
            counters.redelivered += 1
            actions.append(.notice(.redelivered(range)))
        case .present(let worker, let runsJob):
            refusals.heard(worker, runsJob: runsJob)
        case .held(let ranges):
            for range in ranges where out[range] != nil { out[range]?.isHeld = true }
        case .reconnected: publishEverything(&actions)
        case .cancelled:
            // Workers answer at once what they drop, and drop later what still lies in the queue; with the broker away
            // nobody can.
            end(
                WarrenError(.cancelled, "cancelled by its requester"),
                until: now + policy.farewell * (queue == nil ? 10 : 1),
                &actions
            )
        case .broke(let reason):
            end(WarrenError(.job, reason), until: now + policy.farewell, &actions)
        case .tick:
            // Only here: whatever arrived together with the deadline is handled before it.
            publishDue(now, &actions)
            publishBackups(now, &actions)
            closeRound(now, &actions)
        }
        publishNextAlone(&actions)
        proceed(now, &actions)
        planBackups(now)
        return actions
    }

    /// When it wants a ``LedgerEvent/tick``, if nothing else happens before.
    package var nextDeadline: Instant? {
        var deadlines = [nextRound, nextRetry, isRunning ? nextBackup : nil]
        if case .ending(_, let until) = phase { deadlines.append(until) }
        return isEnded ? nil : deadlines.compactMap(\.self).min()
    }

    /// Whether there are units that have not been handed out, as far as is known.
    var hasMore: Bool { !isExhausted && unitsTaken < unitCount ?? .max }

    package var fragmentsOut: Int { out.count }

    /// Whether the success of any attempt at this run would count.
    func wants(_ range: UnitRange) -> Bool { isRunning && out[range] != nil }

    package var isEnded: Bool { if case .ended = phase { true } else { false } }

    var isRunning: Bool { if case .running = phase { true } else { false } }

    // MARK: going on

    /// Fills the window, or ends the job if there is nothing left to do.
    private mutating func proceed(_ now: Instant, _ actions: inout [LedgerAction]) {
        switch phase {
        case .running:
            guard hasBegun else { return }
            while out.count - halves.count < window, let half = halves.popLast() { publish(half, &actions) }
            if isExhausted, out.isEmpty {
                phase = .ended
                actions.append(.finish)
            } else if !isExhausted, !isAsking, mayTake() {
                isAsking = true
                actions.append(.take(nextSize))
            }
        case .ending(let error, let until):
            // With no worker there, nobody is going to answer.
            guard out.isEmpty || queue?.consumers == 0 || until <= now else { return }
            phase = .ended
            actions.append(.fail(error))
        case .ended: break
        }
    }

    /// Whether there is room for another fragment. A window that is much larger than the slots is filled up whenever a
    /// quarter of that is free, not one by one: what travels together costs everybody less.
    private mutating func mayTake() -> Bool {
        let window = window
        let spare = max(window - 2 * Int(slots), 0)
        isFilling = out.count < window && (isFilling || out.count <= window - spare / 4)
        return isFilling
    }

    private mutating func take(_ range: UnitRange, _ actions: inout [LedgerAction]) {
        isAsking = false
        counters.fragmentsCut += 1
        unitsTaken += range.unitCount
        guard isRunning else { return actions.append(.drop(range)) }
        out[range] = Entry()
        counters.attempts += 1
        publish(range, &actions)
    }

    /// Publishes a fragment that is out, as it is now.
    mutating func publish(
        _ range: UnitRange,
        isBackup: Bool = false,
        _ actions: inout [LedgerAction]
    ) {
        guard var entry = out[range] else { return }
        sequence += 1
        entry.sequence = sequence
        entry.publishedAt = now
        entry.ahead = out.count - 1
        if entry.earliest == 0 { entry.earliest = sequence }
        entry.retryAt = nil
        entry.isQueued = false
        entry.isConfirmed = false
        entry.isHeld = false
        entry.roundsUnheld = 0
        out[range] = entry
        actions.append(
            .publish(
                Order(
                    range: range,
                    attempt: entry.attempt,
                    isAlone: entry.isAlone,
                    isBackup: isBackup,
                    sequence: sequence
                )
            )
        )
    }

    /// Publishes it later; it counts against the window meanwhile.
    mutating func publish(_ range: UnitRange, at instant: Instant) {
        out[range]?.retryAt = instant
        nextRetry = min(nextRetry ?? instant, instant)
    }

    private mutating func publishDue(_ now: Instant, _ actions: inout [LedgerAction]) {
        guard let due = nextRetry, due <= now else { return }
        for range in inOrder(out.filter { ($0.value.retryAt ?? .distantFuture) <= now }.keys) {
            publish(range, &actions)
        }
        nextRetry = out.values.compactMap(\.retryAt).min()
    }

    /// Suspects run alone, one after the other: two in one worker's prefetch would blame each other. With a great many
    /// slots a few go out at once, to different workers: one that has such a fragment answers a second one unrun.
    private mutating func publishNextAlone(_ actions: inout [LedgerAction]) {
        guard !suspects.isEmpty, isRunning else { return }
        alone = alone.filter { out[$0]?.isAlone == true && out[$0]?.isQueued == false }
        while alone.count < max(Int(slots) / 50, 1), let range = suspects.popFirst() {
            guard out[range]?.isQueued == true else { continue }
            alone.insert(range)
            publish(range, &actions)
        }
    }

    /// The reply queue is new, or the ledger was resumed: answers to what is out may be lost.
    private mutating func publishEverything(_ actions: inout [LedgerAction]) {
        for range in inOrder(out.filter(\.value.isPublished).keys) {
            guard isRunning else {
                strikeOff(range, &actions)
                continue
            }
            counters.republished += 1
            publish(range, &actions)
        }
    }

    func inOrder(_ ranges: some Sequence<UnitRange>) -> [UnitRange] {
        ranges.sorted { $0.lowerBound < $1.lowerBound }
    }
}

extension Instant {
    static let distantFuture = Instant(nanoseconds: .max)
}
