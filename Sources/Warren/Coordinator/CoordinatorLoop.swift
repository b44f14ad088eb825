import AMQP
import DequeModule

/// What the coordinator's thread does: takes batches of events, lets the jobs decide, carries out what they want.
struct CoordinatorLoop {
    /// The broker has no event for consumers that come and go, so it is asked.
    private static let pollInterval: Duration = .seconds(1)
    /// Payloads up to this size travel in their messages however many there are, in bytes.
    private static let leastFetched = 4 << 10

    let coordinator: Coordinator
    /// Told once whether the broker could be reached at all.
    private var connected: (@Sendable (Result<Void, AMQPError>) -> Void)?
    private(set) var up: Set<CoordinatorConnection> = []
    private var wasUp: Set<CoordinatorConnection> = []
    var jobs: [JobID: (run: any RunningJob, observer: JobObserver)] = [:]
    private var queue: LedgerEvent.QueueState?
    private var nextPoll: Instant?
    private var isPolling = false
    var publications: [Publication] = []
    /// What other coordinators claim, what was claimed here, and when to say so again.
    var shares = SlotShares()
    var claimed: [JobID: Bool] = [:]
    var nextClaim: Instant?
    /// What the outcome of a publication means, by its token; bounded by the windows.
    private var orders: [UInt64: (job: JobID, order: Order)] = [:]
    private var nextToken: UInt64 = 1
    /// Which host each worker is on, as it said; bounded by their number.
    var hosts: [String: String] = [:]
    /// Answers that workers have and were not asked for yet, and what is under way.
    var fetches = BodyFetches(bound: mostBytes)
    /// Answers whose bodies lie in the store, and have not been read.
    var stored = Deque<Delivery>()
    private var isClosed = false

    init(_ coordinator: Coordinator, connected: @escaping @Sendable (Result<Void, AMQPError>) -> Void) {
        self.coordinator = coordinator
        self.connected = connected
    }

    mutating func run() {
        while !isClosed {
            let events = coordinator.mailbox.take(until: deadline)
            let now = Instant.now
            for event in events { handle(event, at: now) }
            // Only what is still due once everything that had arrived was handled.
            for id in jobs.keys where (jobs[id]?.run.nextDeadline).map({ $0 <= now }) ?? false {
                perform(at: now, on: id) { $0.handle(.tick, at: now) }
            }
            fetch(at: now)
            poll(at: now)
            claim(at: now)
            coordinator.connections.publisher.publish(contentsOf: publications)
            publications.removeAll(keepingCapacity: true)
            for (run, observer) in jobs.values { observer(.progress(run.progress)) }
        }
    }

    private var deadline: Instant? {
        guard !jobs.isEmpty else { return nil }
        let deadlines = jobs.values.compactMap(\.run.nextDeadline)
        return (deadlines + [nextPoll, nextClaim, mayFetch ? fetches.nextDeadline : nil].compactMap(\.self))
            .min()
    }

    private mutating func handle(_ event: CoordinatorEvent, at now: Instant) {
        switch event {
        case .amqp(let connection, let events):
            for event in events { handle(event, on: connection, at: now) }
        case .submit(let run, let observer):
            observer(.accepted(run.id, run.kind))
            jobs[run.id] = (run, observer)
            let queue = queue
            perform(at: now, on: run.id) { $0.handle(.queue(queue), at: now) + $0.handle(.began, at: now) }
            nextPoll = nextPoll ?? now
        case .sourceReady(let id):
            perform(at: now, on: id) { $0.sourceReady(at: now) }
        case .folded(let id, let range, let error):
            perform(at: now, on: id) { $0.folded(range, error, at: now) }
        case .cancel(let id):
            jobs[id]?.observer(.cancelling)
            perform(at: now, on: id) { $0.handle(.cancelled, at: now) }
        case .queue(let state): queueAnswered(state, at: now)
        case .close(let done):
            isClosed = true
            done()
        }
    }

    // MARK: connections

    private mutating func handle(_ event: AMQPEvent, on connection: CoordinatorConnection, at now: Instant) {
        switch event {
        case .connected: connected(connection, at: now)
        case .disconnected(let error, _): disconnected(connection, error, at: now)
        case .delivered(let delivery): received(delivery, at: now)
        case .confirmed(let token, _):
            guard let (job, order) = orders.removeValue(forKey: token) else { return }
            perform(at: now, on: job) {
                $0.handle(.confirmed(order.range, sequence: order.sequence), at: now)
            }
        case .unsettled(let publication, let outcome):
            if publication.message.type == WireNames.MessageType.fetch, outcome == .returned {
                return unanswered(publication.message)
            }
            guard let (job, order) = orders.removeValue(forKey: publication.token) else { return }
            let outcome = isSmaller(publication.message, after: outcome) ? .lost : outcome
            perform(at: now, on: job) {
                $0.handle(.unsettled(order.range, sequence: order.sequence, outcome), at: now)
            }
        case .blocked(let reason): tell(.blocked(reason: reason))
        case .unblocked: tell(.unblocked)
        }
    }

    private mutating func connected(_ connection: CoordinatorConnection, at now: Instant) {
        up.insert(connection)
        if wasUp.contains(connection) { fetches.askAgain() }
        if connection == .replies, wasUp.contains(.replies) {
            for id in jobs.keys { perform(at: now, on: id) { $0.handle(.reconnected, at: now) } }
        }
        wasUp.insert(connection)
        guard up.count == CoordinatorConnection.allCases.count else { return }
        if let connected {
            self.connected = nil
            connected(.success(()))
        } else {
            tell(.connectionRestored)
        }
        if !jobs.isEmpty { nextPoll = now }
    }

    private mutating func disconnected(
        _ connection: CoordinatorConnection,
        _ error: AMQPError,
        at now: Instant
    ) {
        let wasComplete = up.count == CoordinatorConnection.allCases.count
        up.remove(connection)
        if connection == .control {
            queue = nil
            isPolling = false
            for id in jobs.keys { perform(at: now, on: id) { $0.handle(.queue(nil), at: now) } }
        }
        if let connected {
            // Nobody has been promised anything yet: better an answer than patience.
            self.connected = nil
            isClosed = true
            for connection in [
                coordinator.connections.replies, coordinator.connections.publisher,
                coordinator.connections.control,
            ] {
                connection.close(then: {})
            }
            connected(.failure(error))
        } else if error.refusal != nil {
            // A right that was taken away meanwhile: trying again does not bring it back.
            let reason = AccountRole.submitter.explain(error).message
            for id in jobs.keys { perform(at: now, on: id) { $0.handle(.broke(reason), at: now) } }
        } else if wasComplete {
            tell(.connectionLost(error.message))
        }
    }

    /// Whether a fragment that was too large for the broker would be smaller the next time, its payload being fetched.
    private func isSmaller(_ message: Message, after outcome: Publication.Outcome) -> Bool {
        guard case .tooLarge(let limit) = outcome else { return false }
        coordinator.bodies.refused(limit: limit)
        return message.body.count > coordinator.bodies.partSize
    }

    // MARK: the queue

    private mutating func poll(at now: Instant) {
        guard let due = nextPoll, due <= now else { return }
        guard !jobs.isEmpty else {
            nextPoll = nil
            return
        }
        nextPoll = now + Self.pollInterval
        guard !isPolling, up.contains(.control) else { return }
        isPolling = true
        let (name, mailbox) = (coordinator.pool.queue, coordinator.mailbox)
        coordinator.connections.control.perform { session throws(AMQPError) in
            let (ready, consumers) = try session.inspectQueue(name)
            mailbox.post(.queue(LedgerEvent.QueueState(ready: ready, consumers: consumers)))
        }
    }

    private mutating func queueAnswered(_ state: LedgerEvent.QueueState, at now: Instant) {
        isPolling = false
        let before = queue
        queue = state
        for id in jobs.keys {
            if state.consumers == 0, before?.consumers != 0 {
                jobs[id]?.observer(.noWorkers(coordinator.pool))
            } else if let before, before.consumers == 0, state.consumers > 0 {
                jobs[id]?.observer(.workersArrived(slots: state.consumers))
            }
            perform(at: now, on: id) { $0.handle(.queue(state), at: now) }
        }
    }

    // MARK: effects

    mutating func perform(
        at now: Instant,
        on id: JobID,
        _ body: (inout any RunningJob) -> [JobEffect]
    ) {
        guard let index = jobs.index(forKey: id) else { return }
        // In place: a copy of the job would copy its books.
        for effect in body(&jobs.values[index].run) {
            switch effect {
            case .publish(let order, let fragment): publish(order, fragment, of: id)
            case .attempted(let account):
                let host = hosts[account.message.reply.worker] ?? ""
                jobs[id]?.observer(.attempted(account.records(host: host)))
            case .skipped(let units): jobs[id]?.observer(.skipped(units))
            case .rollCall: tellWorkers(.rollCall(replyTo: coordinator.address))
            case .recall(let fragment): tellWorkers(.recall(fragment))
            case .cancel: tellWorkers(.cancel(id))
            case .notice(let notice): jobs[id]?.observer(.notice(notice))
            case .ended(let tell):
                jobs[id] = nil
                let name = ShortString(id.description)
                for delivery in fetches.removeAll(where: { $0.message.correlationID == name }) {
                    release(delivery.message)
                }
                stored.removeAll { $0.message.correlationID == name }
                coordinator.bodies.forget(name)
                coordinator.store?.remove(id)
                tell()
            }
        }
    }

    private mutating func tellWorkers(_ message: ControlMessage) {
        publications.append(
            Publication(message.message, to: WireNames.Exchange.control, routingKey: .empty)
        )
    }

    private mutating func publish(_ order: Order, _ fragment: Fragment, of id: JobID) {
        guard let run = jobs[id]?.run else { return }
        var message = FragmentMessage(
            id: FragmentID(job: id, range: order.range),
            kind: run.kind,
            parameters: run.parameters,
            attempt: order.attempt,
            isAlone: order.isAlone,
            isBackup: order.isBackup,
            mayMerge: run.mayMerge,
            timeLimit: run.timeLimit,
            replyTo: coordinator.address,
            payload: fragment.payload
        ).message
        if let store = coordinator.store {
            do throws(WarrenError) {
                message = try message.stored(in: store, of: id)
            } catch {
                return perform(at: .now, on: id) { $0.handle(.broke("\(error)"), at: .now) }
            }
        }
        let most = run.isHeavy ? Self.leastFetched : coordinator.bodies.partSize
        if message.body.count > most {
            message.headers[WireNames.Header.size] = .integer(Int64(message.body.count))
            message.body = []
        }
        orders[nextToken] = (id, order)
        publications.append(
            Publication(
                message,
                to: WireNames.Exchange.work,
                routingKey: coordinator.pool.routingKey,
                isMandatory: true,
                token: nextToken
            )
        )
        nextToken += 1
    }

    func tell(_ event: JobEvent) {
        for (_, observer) in jobs.values { observer(event) }
    }
}
