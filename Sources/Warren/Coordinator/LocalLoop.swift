import AMQP
import DequeModule

/// What stands between the ledger and the slots when there is no broker.
struct LocalLoop: Sendable {
    struct Work: Sendable {
        var waiting = Deque<(order: Order, fragment: Fragment)>()
        var isOver = false
    }

    var underWay: any RunningJob
    let job: any PreparedJob
    let slots: Int
    let mailbox: Mailbox<LocalEvent>
    let observer: JobObserver
    let work = Monitor(Work())
    let cancellation = Cancellation()
    let worker = "in-process"

    init(
        underWay: any RunningJob,
        job: any PreparedJob,
        slots: Int,
        mailbox: Mailbox<LocalEvent>,
        observer: @escaping JobObserver
    ) {
        self.underWay = underWay
        self.job = job
        self.slots = slots
        self.mailbox = mailbox
        self.observer = observer
    }

    mutating func run() {
        let slot = LocalSlot(
            id: underWay.id,
            job: job,
            worker: worker,
            timeLimit: underWay.timeLimit,
            mailbox: mailbox,
            work: work,
            cancellation: cancellation
        )
        for number in 0..<slots { Thread.start("warren-slot-\(number)", stackSize: 8 << 20) { slot.run() } }
        observer(.accepted(underWay.id, underWay.kind))
        let queue = LedgerEvent.QueueState(ready: 0, consumers: slots)
        let start = Instant.now
        var isOver = perform(underWay.handle(.queue(queue), at: start) + underWay.handle(.began, at: start))
        while !isOver {
            let events = mailbox.take(until: underWay.nextDeadline)
            let now = Instant.now
            for event in events where !isOver {
                switch event {
                case .reply(let reply): isOver = perform(underWay.handle(reply, at: now))
                case .sourceReady: isOver = perform(underWay.sourceReady(at: now))
                case .folded(let range, let error): isOver = perform(underWay.folded(range, error, at: now))
                case .cancel: isOver = perform(underWay.handle(.cancelled, at: now))
                }
            }
            if !isOver, let deadline = underWay.nextDeadline, deadline <= now {
                isOver = perform(underWay.handle(.tick, at: now))
            }
            observer(.progress(underWay.progress))
        }
        cancellation.cancel()
        work.withLock { $0.isOver = true }
        work.broadcast()
    }

    /// - Returns: Whether the job has ended.
    private func perform(_ effects: [JobEffect]) -> Bool {
        var isOver = false
        for effect in effects {
            switch effect {
            case .publish(let order, let fragment):
                work.withLock { $0.waiting.append((order, fragment)) }
                work.signal()
            case .attempted(let account): observer(.attempted(account.records(host: hostName())))
            case .skipped(let units): observer(.skipped(units))
            case .rollCall, .recall: break
            case .cancel: cancellation.cancel()
            case .notice(let notice): observer(.notice(notice))
            case .ended(let tell):
                isOver = true
                tell()
            }
        }
        return isOver
    }
}
