import AMQP
import DequeModule
import HeapModule
import TestSupport
import Warren

/// Plays a job with the very ledger that runs real ones, against workers and a broker that exist only as numbers.
///
/// A discrete-event simulation: time jumps from one event to the next, so an hour of ten thousand slots takes seconds.
/// The broker is a first-in-first-out queue whose consumers take turns, each with its prefetch; the requester does
/// one thing at a time. The same scenario and seed give the same run.
package struct Simulation {
    let scenario: Scenario
    var ledger: Ledger
    var random: SeededRandom
    var now = 0.0
    var events = Heap<SimulatedEvent>()
    var foreseen = 0
    var workers: [SimulatedWorker] = []
    /// The broker: what waits, and whose turn it is.
    var queue = Deque<SimulatedMessage>()
    var hungry = Deque<Int>()
    /// What the requester has yet to look at, and whether it is busy.
    var inbox = Deque<LedgerEvent>()
    var isBusy = false
    var cursor: UInt64 = 0
    var messages = 0
    var isOver = false
    var nextTick: Double?
    /// Whether a tick waits to be looked at.
    var isTicking = false
    var report: SimulationReport
    var answersInSecond = (second: 0, count: 0)
    /// When each fragment began and ended on its slot.
    var stretches: [(from: Double, to: Double)] = []
    /// When workers died, and the speed that went with each.
    var losses: [(time: Double, speed: Double)] = []
    var work = 0.0

    package init(_ scenario: Scenario) {
        self.scenario = scenario
        random = SeededRandom(seed: scenario.seed)
        ledger = Ledger(policy: scenario.policy, unitCount: scenario.isCountKnown ? scenario.units : nil)
        report = SimulationReport(name: scenario.name)
        report.slots = scenario.workers * scenario.slotsPerWorker
    }

    /// Plays it to its end.
    package mutating func run() -> SimulationReport {
        begin()
        while !isOver, let event = events.popMin() {
            now = event.time
            happen(event.kind)
        }
        finish()
        return report
    }

    private mutating func begin() {
        work = scenario.seconds(of: 0..<scenario.units)
        var slow = 0
        for number in 0..<scenario.workers {
            // Exactly that share, spread over the workers.
            let isSlow = Int(Double(number + 1) * scenario.stragglers.share) > slow
            if isSlow { slow += 1 }
            workers.append(
                SimulatedWorker(
                    slowness: isSlow ? scenario.stragglers.factor : 1,
                    slots: scenario.slotsPerWorker
                )
            )
        }
        for _ in 0..<workers[0].prefetch {
            for worker in workers.indices {
                workers[worker].credit += 1
                hungry.append(worker)
            }
        }
        let capacity = workers.reduce(0) { $0 + Double($1.slots) / $1.slowness }
        let doomed = Array(0..<scenario.workers).shuffled(using: &random)
            .prefix(Int(Double(scenario.workers) * scenario.deaths.share))
        for worker in doomed {
            let share = Double.random(in: scenario.deaths.from...scenario.deaths.to, using: &random)
            foresee(.died(worker: worker), in: share * work / capacity)
        }
        inbox += [.queue(.init(ready: 0, consumers: aliveSlots)), .began]
        foresee(.polled, in: 1)
        foresee(.reported, in: 5)
        attend()
    }

    private var aliveSlots: Int { workers.reduce(0) { $0 + ($1.isAlive ? $1.slots : 0) } }

    mutating func foresee(_ kind: SimulatedEvent.Kind, in seconds: Double) {
        foreseen += 1
        events.insert(SimulatedEvent(time: now + seconds, order: foreseen, kind: kind))
    }

    private mutating func happen(_ kind: SimulatedEvent.Kind) {
        switch kind {
        case .queued(let message):
            queue.append(message)
            deliver()
        case .delivered(let message, let worker): delivered(message, to: worker)
        case .finished(let message, let worker, let seconds): finished(message, on: worker, seconds)
        case .answered(let message, let worker, let outcome):
            count()
            let reply = LedgerEvent.Reply(
                attempt: message.attempt,
                worker: "w\(worker)",
                outcome: outcome,
                isBackup: message.isBackup
            )
            tell(.replied(message.range, reply))
        case .acknowledged(let worker):
            workers[worker].answering -= 1
            replenish(worker)
        case .died(let worker): die(worker)
        case .free:
            isBusy = false
            attend()
        case .polled:
            tell(.queue(.init(ready: queue.count, consumers: aliveSlots)))
            foresee(.polled, in: 1)
        case .reported:
            for worker in workers where worker.isAlive {
                let held = (worker.running + worker.waiting).map(\.range)
                if !held.isEmpty { tell(.held(held)) }
            }
            foresee(.reported, in: 5)
        case .ticked:
            nextTick = nil
            isTicking = true
            tell(.tick)
        }
    }

    private mutating func count() {
        if answersInSecond.second != Int(now) { answersInSecond = (Int(now), 0) }
        answersInSecond.count += 1
        report.peakAnswers = max(report.peakAnswers, answersInSecond.count)
    }

    // MARK: the requester

    private mutating func tell(_ event: LedgerEvent) {
        inbox.append(event)
        attend()
    }

    /// Lets the requester look at what has arrived, one thing after the other.
    private mutating func attend() {
        while !isBusy, !isOver, let event = inbox.popFirst() {
            var cost = 0.0
            if case .replied = event { cost = scenario.answerCost }
            if case .tick = event { isTicking = false }
            var pending = Deque([event])
            while let event = pending.popFirst(), !isOver {
                for action in ledger.handle(event, at: instant) { carryOut(action, &pending, &cost) }
            }
            report.peakOut = max(report.peakOut, ledger.fragmentsOut)
            if cost > 0 {
                isBusy = true
                foresee(.free, in: cost)
            }
        }
        if !isTicking, let deadline = ledger.nextDeadline {
            let due = Double(deadline.nanoseconds) / 1e9
            if nextTick == nil || due < nextTick! - 1e-9 {
                nextTick = due
                foresee(.ticked, in: max(due - now, 0) + 1e-9)
            }
        }
    }

    private var instant: Instant { Instant(nanoseconds: Int64((now * 1e9).rounded(.up))) }

    private mutating func carryOut(
        _ action: LedgerAction,
        _ pending: inout Deque<LedgerEvent>,
        _ cost: inout Double
    ) {
        switch action {
        case .take(let units):
            let range = cursor..<min(cursor + units, scenario.units)
            cursor = range.upperBound
            pending.append(range.isEmpty ? .exhausted : .took(range))
        case .publish(let order):
            cost += scenario.publishCost
            messages += 1
            let message = SimulatedMessage(
                number: messages,
                range: order.range,
                attempt: order.attempt,
                isAlone: order.isAlone,
                isBackup: order.isBackup
            )
            foresee(.queued(message), in: cost + scenario.hop)
            pending.append(.confirmed(order.range, sequence: order.sequence))
        case .finish: isOver = true
        case .fail(let error):
            report.failure = error.message
            isOver = true
        case .recall(let range): recall(range)
        case .account, .fold, .carve, .split, .drop, .skip, .rollCall, .cancel, .notice: break
        }
    }

    // MARK: the end

    private mutating func finish() {
        report.makespan = now
        let counters = ledger.counters
        if report.failure == nil, counters.units != scenario.units {
            report.failure = "\(counters.units) of \(scenario.units) units were folded"
        }
        report.fragments = counters.fragments
        report.attempts = counters.attempts
        report.backups = counters.backups
        report.backupsWon = counters.backupsWon
        report.duplicates = counters.duplicatesDropped
        report.ideal = idealTime
        report.busy = busy(in: 400)
    }

    /// When the work would have been done by slots that never wait.
    private var idealTime: Double {
        var speed = workers.reduce(0) { $0 + Double($1.slots) / $1.slowness }
        var (left, time) = (work, 0.0)
        for loss in losses {
            let done = (loss.time - time) * speed
            guard done < left else { break }
            left -= done
            time = loss.time
            speed -= loss.speed
        }
        return time + left / speed
    }

    private func busy(in buckets: Int) -> [Double] {
        var busy = [Double](repeating: 0, count: buckets)
        let width = max(now, 1e-9) / Double(buckets)
        for (from, to) in stretches {
            let first = min(max(Int(from / width), 0), buckets - 1)
            let last = min(max(Int(to / width), 0), buckets - 1)
            for bucket in first...last {
                let (low, high) = (Double(bucket) * width, Double(bucket + 1) * width)
                busy[bucket] += max(min(to, high) - max(from, low), 0) / width
            }
        }
        return busy
    }
}
