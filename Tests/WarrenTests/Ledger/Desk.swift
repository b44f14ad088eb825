import AMQP
import Warren

/// A ledger with a source that answers at once and a broker that confirms at once, for tests that tell a story.
struct Desk {
    var ledger: Ledger
    var now = Instant(nanoseconds: 1_000_000_000)
    /// The latest publication of each fragment.
    private(set) var orders: [UnitRange: Order] = [:]
    private let units: UInt64
    private var cursor: UInt64 = 0
    private let confirms: Bool

    /// A job whose fragments are all out, or as many as the window allows.
    init(
        units: UInt64,
        size: UInt64? = nil,
        window: Int? = nil,
        slots: Int = 1,
        ready: Int = 10,
        confirms: Bool = true,
        isCountKnown: Bool = true,
        policy change: (inout LedgerPolicy) -> Void = { _ in }
    ) {
        var policy = LedgerPolicy()
        policy.fragmentSize = size
        policy.window = window
        change(&policy)
        self.units = units
        self.confirms = confirms
        ledger = Ledger(policy: policy, unitCount: isCountKnown ? units : nil)
        tell(.began)
        tell(.queue(.init(ready: ready, consumers: slots)))
    }

    /// Carries a job on from a snapshot, with nothing told but that it began.
    init(resuming snapshot: Ledger.Snapshot, units: UInt64) {
        self.units = units
        confirms = true
        cursor = snapshot.unitsTaken
        ledger = Ledger(resuming: snapshot)
    }

    /// Tells the ledger something; the answer holds all that follows from it.
    @discardableResult
    mutating func tell(_ event: LedgerEvent) -> [LedgerAction] {
        var all: [LedgerAction] = []
        var events = [event]
        while !events.isEmpty {
            let actions = ledger.handle(events.removeFirst(), at: now)
            for action in actions {
                switch action {
                case .take(let most):
                    let range = cursor..<min(cursor + most, units)
                    cursor = range.upperBound
                    events.append(range.isEmpty ? .exhausted : .took(range))
                case .publish(let order):
                    orders[order.range] = order
                    if confirms { events.append(.confirmed(order.range, sequence: order.sequence)) }
                default: break
                }
            }
            all += actions
        }
        return all
    }

    @discardableResult
    mutating func reply(
        _ range: UnitRange,
        _ outcome: LedgerEvent.Outcome,
        attempt: Int? = nil,
        worker: String = "tiger@a"
    ) -> [LedgerAction] {
        let attempt = attempt ?? orders[range]?.attempt ?? 1
        return tell(.replied(range, .init(attempt: attempt, worker: worker, outcome: outcome)))
    }

    @discardableResult
    mutating func done(_ range: UnitRange, seconds: Double = 0.25, attempt: Int? = nil) -> [LedgerAction] {
        reply(range, .done(seconds: seconds), attempt: attempt)
    }

    @discardableResult
    mutating func fails(_ range: UnitRange, attempt: Int? = nil) -> [LedgerAction] {
        reply(range, .failed(.init(.error, "boom")), attempt: attempt)
    }

    /// The latest publication of a fragment is told to have ended so.
    @discardableResult
    mutating func settle(_ range: UnitRange, _ outcome: Publication.Outcome) -> [LedgerAction] {
        tell(.unsettled(range, sequence: orders[range]?.sequence ?? 0, outcome))
    }

    /// Lets time pass, and tells the ledger so once.
    @discardableResult
    mutating func sleep(_ duration: Duration) -> [LedgerAction] {
        now = now + duration
        return tell(.tick)
    }

    /// Lets time pass the way a coordinator does: tick by tick, as the ledger wishes.
    @discardableResult
    mutating func wait(_ duration: Duration) -> [LedgerAction] {
        let end = now + duration
        var actions: [LedgerAction] = []
        while let deadline = ledger.nextDeadline, deadline <= end {
            now = max(now, deadline)
            actions += tell(.tick)
        }
        now = end
        return actions
    }
}
