import AMQP
import DequeModule

/// What a worker has been given and not answered: the one local queue from which any free slot takes.
///
/// A machine without I/O, behind a lock that the slots wait on. Its size is bounded by the prefetch of the
/// worker's consumers.
struct FragmentQueue: Sendable {
    /// What a slot is to do.
    enum Step: Sendable {
        case run(Delivery)
        /// Ask whether anybody is at the address before anything for it is run.
        case probe(ShortString)
        /// The worker is done.
        case stop
    }

    enum Address {
        /// Fragments wait until it is known whether the address is there.
        case probing([Delivery])
        case present
    }

    var waiting = Deque<Delivery>()
    /// What waits for its payload.
    var fetches = BodyFetches(bound: 64 << 20)
    /// The sizes of payloads that were fetched, until a slot takes their fragments.
    var fetched: [DeliveryTag: Int] = [:]
    /// Whether some of one came since the last look whether anything gets on.
    var isReceiving = false
    /// Whether so much has not been taken off this worker that it had better begin nothing more.
    var isHoldingTooMuch = false
    /// What runs, and how to stop it.
    var running: [DeliveryTag: Running] = [:]
    private var isRunningAlone = false
    var addresses: [ShortString: Address] = [:]
    /// Jobs that were cancelled lately; the oldest are forgotten.
    var cancelled = Deque<JobID>()
    /// Jobs of which something was run lately; likewise.
    private var begun = Deque<JobID>()
    var isStopped = false
    /// Whether new deliveries are to be given back.
    var isDraining = false

    /// What has been answered and not yet acknowledged, by its delivery.
    private(set) var answering: [DeliveryTag: Held] = [:]
    /// Those of them whose answers wait to be fetched, however long that takes.
    var offered: Set<DeliveryTag> = []
    /// What the broker has the answers to, and is to be acknowledged.
    var answered: [DeliveryTag] = []
    /// What is not to be acknowledged before something ends here.
    var kept: Set<DeliveryTag> = []
    /// What was done since the last summary.
    private var tallies: [JobID: Tally] = [:]
    private(set) var done = 0
    /// Messages that nobody here could make sense of.
    var buried = 0
    var pace = Pace()
    /// How many fragments have ended, whichever way: now, and at the last look whether anything gets on.
    var ended = 0
    var endedAtLook = 0
    var quietLooks = 0
    var isLookedAfter = false
    /// Whether nothing has ended for a while, although something waits.
    var isStalled = false
    /// All slots that wait on a descriptor, and those of them that sleep.
    var slots: [Int: WakeUp] = [:]
    private var sleepers: [Int: Sleeper] = [:]
    /// Slots whose executors run something long, and have more behind it.
    private var hoarders: [Int: WakeUp] = [:]

    struct Running: Sendable {
        let held: Held
        let cancellation: Cancellation
        /// Wakes the slot that looks after it, if that does not run it itself.
        let wakeUp: WakeUp?
        /// Whether it waits in an executor, behind another.
        var isAhead: Bool
    }

    private struct Sleeper: Sendable {
        let wakeUp: WakeUp
        /// Whether its executor has something to do, and would only look ahead.
        let isBusy: Bool
    }

    /// A fragment in this worker's hands, and who waits for it.
    struct Held: Sendable {
        let id: FragmentID
        let replyTo: ShortString
    }

    struct Tally: Sendable {
        let kind: JobKind
        var fragments = 0
        var units: UInt64 = 0
    }

    static let jobsKept = 1024

    /// Whether nothing is held any more.
    var isEmpty: Bool {
        waiting.isEmpty && fetches.isEmpty && running.isEmpty && answering.isEmpty
            && !addresses.values.contains { if case .probing = $0 { true } else { false } }
    }

    /// Whether it has a fragment that is to run alone.
    var holdsAlone: Bool {
        isRunningAlone || waiting.contains { FragmentMessage.isAlone($0.message) }
            || fetches.deliveries.contains { FragmentMessage.isAlone($0.message) }
            || addresses.values.contains {
                if case .probing(let parked) = $0 {
                    parked.contains { FragmentMessage.isAlone($0.message) }
                } else {
                    false
                }
            }
    }

    /// - Returns: False if its payload is to be fetched first.
    mutating func append(_ delivery: Delivery) -> Bool {
        guard BodyFetches.isOne(delivery.message) else {
            waiting.append(delivery)
            return true
        }
        fetches.append(delivery)
        return false
    }

    /// What a free slot should do next; nil if it should wait.
    mutating func next() -> Step? {
        if isStopped { return .stop }
        guard !isHoldingTooMuch else { return nil }
        while !isRunningAlone, let head = waiting.first {
            let address = head.message.replyTo
            switch addresses[address] {
            case .present: break
            case .probing(let parked):
                waiting.removeFirst()
                addresses[address] = .probing(parked + [head])
                continue
            case nil where address.isEmpty: break  // undecodable, and told so when it is run
            case nil:
                waiting.removeFirst()
                addresses[address] = .probing([head])
                return .probe(address)
            }
            if FragmentMessage.isAlone(head.message) {
                guard running.isEmpty else { return nil }
            }
            waiting.removeFirst()
            if !fetched.isEmpty { fetched[head.tag] = nil }
            return .run(head)
        }
        return nil
    }

    /// The same for a slot that waits on a descriptor, and is woken through it when there is something to do.
    ///
    /// - Parameters:
    ///   - isBusy: Whether it has something to do already: then idle slots come first.
    ///   - mayTake: Whether it can take a fragment at all.
    mutating func next(for slot: Int, _ wakeUp: WakeUp, isBusy: Bool, mayTake: Bool) -> Step? {
        slots[slot] = wakeUp
        sleepers[slot] = nil
        if isStopped { return .stop }
        guard mayTake else { return nil }
        if !isBusy || !isSomebodyIdle, let step = next() { return step }
        sleepers[slot] = Sleeper(wakeUp: wakeUp, isBusy: isBusy)
        if !isBusy {
            for hoarder in hoarders.values { hoarder.signal() }
            hoarders.removeAll(keepingCapacity: true)
        }
        return nil
    }

    private var isSomebodyIdle: Bool { sleepers.values.contains { !$0.isBusy } }

    /// Whether a slot whose executor runs something long should take back what waits behind it. If not, it is woken
    /// when that changes.
    mutating func wantsBack(from slot: Int, _ wakeUp: WakeUp) -> Bool {
        if isDraining || isStalled || isSomebodyIdle { return true }
        hoarders[slot] = wakeUp
        return false
    }

    /// Takes up to so many sleeping slots to be woken, idle ones first.
    mutating func sleepers(_ count: Int) -> [WakeUp] {
        guard !sleepers.isEmpty else { return [] }
        let chosen = sleepers.sorted { !$0.value.isBusy && $1.value.isBusy }.prefix(count)
        for (slot, _) in chosen { sleepers[slot] = nil }
        return chosen.map(\.value.wakeUp)
    }

    /// How many fragments an executor may have: one, or so many that it need not wait for the next.
    var lookahead: Int { pace.lookahead }

    /// What was handed to an executor and not begun waits here again.
    ///
    /// - Returns: What belongs to a job that was cancelled, to be answered unrun.
    mutating func takeBack(_ deliveries: [Delivery]) -> [Delivery] {
        var unwanted: [Delivery] = []
        for delivery in deliveries {
            let job = running.removeValue(forKey: delivery.tag)?.held.id.job
            if let job, cancelled.contains(job) { unwanted.append(delivery) }
        }
        let tags = Set(unwanted.map(\.tag))
        waiting.prepend(contentsOf: deliveries.filter { !tags.contains($0.tag) })
        return unwanted
    }

    /// Whether something of the job has been run here lately.
    func hasBegun(_ job: JobID) -> Bool { begun.contains(job) }

    /// Whether nothing of the job has been run here lately; from now on, something has.
    mutating func isNew(_ job: JobID) -> Bool {
        guard !begun.contains(job) else { return false }
        begun.append(job)
        if begun.count > Self.jobsKept { begun.removeFirst() }
        return true
    }

    /// A slot begins with what ``next()`` gave it.
    ///
    /// - Returns: False if the job was cancelled meanwhile.
    mutating func begin(
        _ tag: DeliveryTag,
        _ fragment: FragmentMessage,
        _ cancellation: Cancellation,
        _ wakeUp: WakeUp?,
        isAhead: Bool
    ) -> Bool {
        guard !cancelled.contains(fragment.id.job) else { return false }
        running[tag] = Running(
            held: Held(id: fragment.id, replyTo: fragment.replyTo),
            cancellation: cancellation,
            wakeUp: wakeUp,
            isAhead: isAhead
        )
        isRunningAlone = fragment.isAlone
        return true
    }

    /// What waited in an executor is at the head of it now.
    mutating func isNext(_ tag: DeliveryTag) { running[tag]?.isAhead = false }

    /// Fragments that are being worked on, and those that wait in executors.
    var counts: (running: Int, ahead: Int) {
        let ahead = running.values.count(where: \.isAhead)
        return (running.count - ahead, ahead)
    }

    /// A slot has come to the end of a fragment.
    ///
    /// - Parameter outcome: What is about to be answered; nil for nothing.
    /// - Returns: Whether the worker should change its prefetch, fragments having become short or long.
    mutating func end(
        _ tag: DeliveryTag,
        _ fragment: FragmentMessage,
        _ outcome: LedgerEvent.Outcome?,
        seconds: Double
    ) -> Bool {
        let held = running.removeValue(forKey: tag)?.held
        isRunningAlone = false
        getsOn()
        guard let outcome else { return false }
        answering[tag] = held ?? Held(id: fragment.id, replyTo: fragment.replyTo)
        switch outcome {
        case .done, .partly: break
        default: return false
        }
        tallies[fragment.id.job, default: Tally(kind: fragment.kind)].fragments += 1
        tallies[fragment.id.job]?.units += fragment.id.range.unitCount
        done += 1
        return pace.measured(seconds)
    }

    /// Deliveries that each slot should have.
    var prefetch: UInt16 { pace.prefetch }

    /// What was done of each job since the last call.
    mutating func takeTallies() -> [JobID: Tally] {
        defer { tallies = [:] }
        return tallies
    }

    mutating func answering(_ fragment: FragmentMessage, _ tag: DeliveryTag) {
        answering[tag] = Held(id: fragment.id, replyTo: fragment.replyTo)
    }

    /// The broker has the answers to these.
    ///
    /// - Returns: What to acknowledge now. A queue takes an acknowledgement as one piece of work, and gives as many
    ///   fragments at once as it frees: where they are short, some wait for the answers that are under way.
    mutating func answered(_ tags: [DeliveryTag]) -> [DeliveryTag] {
        settled(tags)
        answered += kept.isEmpty ? tags : tags.filter { !kept.contains($0) }
        guard answering.count <= offered.count || answered.count >= Int(pace.prefetch) / 4 else { return [] }
        defer { answered.removeAll(keepingCapacity: true) }
        return answered
    }

    /// Nobody waits for the answers to these.
    mutating func settled(_ tags: [DeliveryTag]) {
        for tag in tags { answering[tag] = nil }
    }

    func isCancelled(_ job: JobID) -> Bool { cancelled.contains(job) }

    /// Everything that is held for an address: running (or answered, and about to be acknowledged), waiting.
    func held(for address: ShortString?) -> (running: [String], waiting: [String]) {
        let inHand = running.values.filter { !$0.isAhead }.map(\.held) + answering.values
        let ahead = running.values.filter { $0.isAhead && (address == nil || $0.held.replyTo == address) }
        let parked = addresses.values.flatMap { state -> [Delivery] in
            if case .probing(let parked) = state { parked } else { [] }
        }
        return (
            inHand.filter { address == nil || $0.replyTo == address }.map(\.id.description),
            (Array(waiting) + fetches.deliveries + parked).filter {
                address == nil || $0.message.replyTo == address
            }
            .map(\.message.messageID.description) + ahead.map(\.held.id.description)
        )
    }

    /// Everybody who waits for something that is held.
    var addressesHeldFor: Set<ShortString> {
        Set(running.values.map(\.held.replyTo)).union(answering.values.map(\.replyTo))
            .union((Array(waiting) + fetches.deliveries).map(\.message.replyTo)).subtracting([.empty])
    }
}

extension Monitor where Value == FragmentQueue {
    /// Wakes slots for so many fragments: those that wait for a change of the queue, and those that wait on a
    /// descriptor.
    func wakeSlots(_ count: Int = .max) {
        for wakeUp in withLock({ $0.sleepers(count) }) { wakeUp.signal() }
        if count > 1 { broadcast() } else if count == 1 { signal() }
    }
}
