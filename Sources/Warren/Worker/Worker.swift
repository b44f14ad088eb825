import AMQP
import ServiceLifecycle

/// Takes fragments from a pool's queue, runs them, answers them; holds no state that anybody would miss.
///
/// A fragment is acknowledged only when the broker has confirmed its answer, so whatever kills the worker before
/// that, the broker gives the fragment to another.
///
/// ```swift
/// try await Worker(jobs: catalog, configuration: configuration) { print($0) }.run()
/// ```
///
/// Shutting it down gracefully drains it: what runs is finished, what waits is given back. Cancelling its task
/// stops it at once.
package final class Worker: Service {
    let jobs: JobCatalog
    let configuration: WorkerConfiguration
    let observer: WorkerObserver
    let queue = Monitor(FragmentQueue())
    let mailbox = Mailbox<WorkerMessage>()
    /// Which commands it runs for whoever asks.
    let commands: CommandPermission
    /// Work and control come on one connection and answers leave on the other: a broker that is short of
    /// memory blocks those that publish, and a blocked one could not drain its work.
    let work: AMQPConnection
    let answers: AMQPConnection
    /// What goes there next.
    let answerBox = AnswerBox()
    /// Answers that are too large for it, and how they go to those who ask for them.
    let held = Monitor(HeldAnswers())
    let bodies: BodySender
    /// Where this worker is spoken to alone; the same for its lifetime.
    let address: ShortString
    private let started = wallClockMilliseconds()
    private var kinds: [JobKind] { jobs.kinds.filter { $0 != Command.kind || commands.allowsAny } }

    /// What the worker's own thread is told.
    enum WorkerMessage: Sendable {
        case work(AMQPEvent)
        case answers(AMQPEvent)
        /// A fragment arrived that another worker had been given before.
        case redelivered(Delivery)
        /// A fragment arrived although the worker drains, or has one already that is to run alone.
        case late(Delivery)
        /// There are fragments whose payloads are to be fetched.
        case bodiless
        /// A fragment that is not signed as it should be.
        case untrusted(Delivery)
        /// Nobody is at this address.
        case absent(ShortString)
        /// Nobody is at this address now, for which something runs; or somebody is.
        case missing(ShortString)
        case present(ShortString)
        /// Nobody is there to hear that there is an answer.
        case unheard(Publication)
        /// Something waits, and it is to be seen whether it gets on.
        case waits
        /// Fragments have become short, or long.
        case paceChanged
        /// Something was finished while the worker drains.
        case progressed
        case drain
        case stop
    }

    /// Connects at once; ``run()`` fails if the broker cannot be reached.
    package init(jobs: JobCatalog, configuration: WorkerConfiguration, observer: @escaping WorkerObserver) {
        self.jobs = jobs
        self.configuration = configuration
        self.commands = configuration.commands
        self.observer = observer
        let (queue, mailbox) = (queue, mailbox)
        let (pool, slots, name) = (configuration.pool, configuration.slots, configuration.name)
        // Who has set it wants to see so many here.
        let mayYield = configuration.prefetch == nil
        let prefetch = configuration.prefetch ?? Pace().prefetch
        var random = SystemRandomNumberGenerator()
        let suffix = String(UInt64.random(in: .min ... .max, using: &random), radix: 36)
        let address = ShortString(Array("\(configuration.name.prefix(100)).\(suffix)".utf8.prefix(200)))
        self.address = address
        work = AMQPConnection(
            to: configuration.endpoint,
            name: "warren worker \(configuration.name) work",
            setUp: { session throws(AMQPError) in
                try Topology.declare(pool, on: &session)
                try Topology.consumeControl(for: name, at: address, on: &session)
                try AccountRole.worker.checkPublishing(on: session)
                for slot in 0..<slots {
                    try session.consume(pool.queue, as: WorkerLoop.consumer(slot, 0), prefetch: prefetch)
                }
            },
            events: { Self.received($0, queue, mailbox, mayYield: mayYield) }
        )
        answers = AMQPConnection(
            to: configuration.endpoint,
            name: "warren worker \(configuration.name) answers",
            events: { [work] in Self.settled($0, queue, mailbox, work) }
        )
        bodies = BodySender(answers, to: WireNames.Exchange.replies)
    }

    /// On the work connection's thread: fragments go straight to the slots, all else to the worker's own thread.
    private static func received(
        _ events: [AMQPEvent],
        _ queue: Monitor<FragmentQueue>,
        _ mailbox: Mailbox<WorkerMessage>,
        mayYield: Bool
    ) {
        var messages: [WorkerMessage] = []
        let fragments = queue.withLock { queue in
            var count = 0
            for event in events {
                switch event {
                case .delivered(let delivery) where delivery.consumer != Topology.controlConsumer:
                    guard !queue.isDraining else {
                        messages.append(.late(delivery))
                        continue
                    }
                    guard delivery.fault == nil else {
                        messages.append(.untrusted(delivery))
                        continue
                    }
                    // Two that are to run alone would blame each other if this worker died.
                    guard !FragmentMessage.isAlone(delivery.message) || !queue.holdsAlone else {
                        messages.append(.late(delivery))
                        continue
                    }
                    if queue.append(delivery) { count += 1 } else { messages.append(.bodiless) }
                    if delivery.isRedelivered { messages.append(.redelivered(delivery)) }
                case .disconnected:
                    queue.forgetAll()
                    messages.append(.work(event))
                default: messages.append(.work(event))
                }
            }
            if mayYield, queue.beginLooking() { messages.append(.waits) }
            return count
        }
        if fragments > 0 { queue.wakeSlots(fragments) }
        mailbox.post(contentsOf: messages)
    }

    /// On the answers connection's thread: a fragment whose answer is confirmed is acknowledged.
    private static func settled(
        _ events: [AMQPEvent],
        _ queue: Monitor<FragmentQueue>,
        _ mailbox: Mailbox<WorkerMessage>,
        _ work: AMQPConnection
    ) {
        var messages: [WorkerMessage] = []
        var answered: [DeliveryTag] = []
        queue.withLock { queue in
            for event in events {
                if case .confirmed(_, let tags) = event {
                    answered += queue.answered(tags)
                } else {
                    messages.append(.answers(event))
                }
            }
            if queue.isDraining { messages.append(.progressed) }
        }
        work.acknowledge(contentsOf: answered)
        mailbox.post(contentsOf: messages)
    }

    /// Works until it is shut down gracefully or cancelled.
    ///
    /// - Throws: ``AMQPError`` if the broker cannot be reached at the start; afterwards it is tried again for
    ///   ever. `CancellationError` if the task was cancelled.
    package func run() async throws {
        let ended = Monitor(configuration.slots)
        for slot in 0..<configuration.slots {
            Thread.start("warren-slot-\(slot)", stackSize: 8 << 20, isBatch: true) { [self] in
                if let setup = configuration.executors {
                    var slot = ExecutorSlot(self, setup: setup, number: slot)
                    slot.run()
                } else {
                    Slot(self).run()
                }
                ended.withLock { $0 -= 1 }
                ended.signal()
            }
        }
        let mailbox = mailbox
        let outcome: Result<Void, AMQPError> = await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withCheckedContinuation { continuation in
                    Thread.start("warren-worker") { [self] in
                        var loop = WorkerLoop(self)
                        continuation.resume(returning: loop.run())
                    }
                }
            } onGracefulShutdown: {
                mailbox.post(.drain)
            }
        } onCancel: {
            mailbox.post(.stop)
        }
        // Executors are ended by their slots; in the worker itself a fragment may never end.
        if configuration.executors != nil { ended.wait(until: .now + .seconds(2)) { $0 == 0 ? () : nil } }
        try outcome.mapError(AccountRole.worker.explain).get()
        try Task.checkCancellation()
        await answers.close()
        await work.close()
    }

    /// What this worker is and holds: for one address, or all of it.
    func report(for address: ShortString? = nil) -> WorkerReport {
        queue.withLock { queue in
            let (running, waiting) = queue.held(for: address)
            return WorkerReport(
                worker: configuration.name,
                host: hostName(),
                pool: configuration.pool.name,
                slots: configuration.slots,
                since: Double(started) / 1000,
                done: queue.done,
                running: running,
                waiting: waiting,
                kinds: kinds,
                version: WarrenVersion.current,
                now: Double(wallClockMilliseconds()) / 1000
            )
        }
    }
}
