import AMQP

/// What the worker's own thread does: everything that is not a fragment.
struct WorkerLoop {
    let worker: Worker
    private var isWorkUp = false
    private(set) var areAnswersUp = false
    private var hasBeenUp = false
    private var isDraining = false
    /// When a worker that drains stops waiting for what runs.
    private var drainEnd: Instant?
    var nextReport: Instant
    /// When to see whether what waits gets on.
    private var nextLook: Instant?
    /// Which set of consumers is current: changing the prefetch means consuming anew.
    private var generation = 0
    private var unheard = UnheardAnswers()
    /// Since when nobody is at an address for which something runs; bounded by what is held.
    var missing: [ShortString: Instant] = [:]

    init(_ worker: Worker) {
        self.worker = worker
        self.nextReport = .now + worker.configuration.reportInterval
    }

    /// How often to look whether what waits gets on: as often as fragments are meant to end.
    private static let lookInterval: Duration = .milliseconds(250)

    static func consumer(_ slot: Int, _ generation: Int) -> ShortString {
        ShortString("slot-\(slot).\(generation)")
    }

    /// Returns when the worker has drained or is told to stop, or with the error of the first connection.
    mutating func run() -> Result<Void, AMQPError> {
        while true {
            let deadline = [nextReport, nextLook, unheard.nextDeadline, drainEnd].compactMap(\.self).min()
            let messages = worker.mailbox.take(until: deadline)
            let now = Instant.now
            for message in messages {
                if case .stop = message { return end(.success(())) }
                if let failure = handle(message, at: now) { return end(.failure(failure)) }
            }
            retryUnheard(at: now)
            fetch(at: now)
            look(at: now)
            if now >= nextReport { report(at: now) }
            if isDraining, isDone { return end(.success(())) }
            if let drainEnd, drainEnd <= now {
                worker.observer(.gaveUp(running: worker.queue.withLock { $0.running.count }))
                return end(.success(()))
            }
        }
    }

    /// - Returns: The error that ends the worker.
    private mutating func handle(_ message: Worker.WorkerMessage, at now: Instant) -> AMQPError? {
        switch message {
        case .work(.connected):
            isWorkUp = true
            generation = 0
            connected()
            if worker.queue.withLock(\.prefetch) != Pace().prefetch { changePrefetch() }
        case .answers(.connected):
            areAnswersUp = true
            connected()
            worker.queue.withLock { $0.fetches.askAgain() }
        case .work(.disconnected(let error, _)):
            isWorkUp = false
            return disconnected(error)
        case .answers(.disconnected(let error, _)):
            areAnswersUp = false
            return disconnected(error)
        case .work(.delivered(let delivery)) where Worker.isForOne(delivery.message):
            receive(delivery, at: now)
        case .work(.delivered(let delivery)): obey(delivery)
        case .unheard(let offer):
            isUnheard(offer)
            if isDraining { letGoOfUnheard(at: now) }
        case .untrusted(let delivery): worker.refuse(untrusted: delivery)
        case .answers(.unsettled(let publication, let outcome)): unsettled(publication, outcome, at: now)
        case .answers(.blocked(let reason)), .work(.blocked(let reason)):
            worker.observer(.blocked(reason: reason))
        case .answers(.unblocked), .work(.unblocked): worker.observer(.unblocked)
        case .redelivered(let delivery): redelivered(delivery)
        case .late(let delivery): giveBack([delivery])
        case .absent(let address): absent(address)
        case .missing(let address): missing(address, at: now)
        case .present(let address): missing[address] = nil
        case .waits: nextLook = nextLook ?? now + Self.lookInterval
        case .paceChanged: changePrefetch()
        case .drain: drain(at: now)
        case .work, .answers, .progressed, .bodiless, .stop: break
        }
        return nil
    }

    // MARK: connections

    private mutating func connected() {
        guard isWorkUp, areAnswersUp else { return }
        let configuration = worker.configuration
        if hasBeenUp {
            worker.observer(.connectionRestored)
        } else {
            worker.observer(
                .connected(
                    broker: "\(configuration.endpoint)",
                    pool: configuration.pool,
                    slots: configuration.slots
                )
            )
        }
        hasBeenUp = true
    }

    private func disconnected(_ error: AMQPError) -> AMQPError? {
        // A worker that may not answer would keep taking fragments from those that may.
        guard hasBeenUp, error.refusal == nil else { return error }
        if isWorkUp != areAnswersUp { worker.observer(.connectionLost(error.message)) }
        return nil
    }

    private func end(_ result: Result<Void, AMQPError>) -> Result<Void, AMQPError> {
        let (done, buried) = worker.queue.withLock { queue in
            queue.stop()
            return (queue.done, queue.buried)
        }
        worker.queue.wakeSlots()
        if case .success = result { worker.observer(.stopped(done: done, buried: buried)) }
        worker.answers.close(then: {})
        worker.work.close(then: {})
        return result
    }

    // MARK: fragments

    private func redelivered(_ delivery: Delivery) {
        guard let fragment = try? FragmentMessage(delivery.message) else { return }
        worker.observer(.redelivered(fragment.id, times: max(delivery.deliveryCount, 1)))
        var message = worker.report(for: fragment.replyTo).message(WireNames.MessageType.redelivered)
        message.messageID = delivery.message.messageID
        message.correlationID = delivery.message.correlationID
        worker.answers.publish(
            Publication(message, to: WireNames.Exchange.replies, routingKey: fragment.replyTo)
        )
    }

    /// Gives back what was never started. What was to run alone is answered instead: the broker would count
    /// giving it back as if it had taken this worker down.
    private func giveBack(_ deliveries: [Delivery]) {
        let alone = deliveries.filter { FragmentMessage.isAlone($0.message) }
        for delivery in alone { worker.answerUnrun(delivery) }
        worker.work.giveBack(deliveries.filter { !FragmentMessage.isAlone($0.message) }.map(\.tag))
    }

    private func absent(_ address: ShortString) {
        var forgotten: [DeliveryTag] = []
        for delivery in worker.queue.withLock({ $0.isAbsent(address) }) {
            do throws(WarrenError) {
                _ = try FragmentMessage(delivery.message)
                forgotten.append(delivery.tag)
            } catch {
                worker.bury(delivery, error)
            }
        }
        worker.work.acknowledge(contentsOf: forgotten)
        guard !forgotten.isEmpty else { return }
        worker.observer(.forgotten(fragments: forgotten.count, reason: "their submitter is gone"))
    }

    /// Answers with `yielded` what waits behind fragments that do not end, so that it runs wherever a slot is free. Given
    /// back with a `nack`, it would look as if it had taken this worker down.
    private mutating func look(at now: Instant) {
        guard let due = nextLook, due <= now else { return }
        let look = worker.queue.withLock { $0.look() }
        nextLook = look.map { _ in now + Self.lookInterval }
        guard let (yielded, mustAdapt) = look else { return }
        // First of all, else the broker gives this very worker others in their place.
        if mustAdapt { changePrefetch() }
        let consumers = Set((0..<worker.configuration.slots).map { Self.consumer($0, generation) })
        for delivery in yielded {
            do throws(WarrenError) {
                let fragment = try FragmentMessage(delivery.message)
                if consumers.contains(delivery.consumer) { worker.queue.withLock { $0.keep(delivery.tag) } }
                worker.answer(delivery, fragment, .yielded)
            } catch {
                worker.refuseOrBury(delivery, error)
            }
        }
        if !yielded.isEmpty { worker.observer(.yielded(fragments: yielded.count)) }
    }

    private mutating func changePrefetch() {
        guard worker.configuration.prefetch == nil, isWorkUp, !isDraining else { return }
        let prefetch = worker.queue.withLock(\.prefetch)
        let (old, new) = (generation, generation + 1)
        let (queue, slots) = (worker.configuration.pool.queue, worker.configuration.slots)
        generation = new
        worker.work.perform { session throws(AMQPError) in
            for slot in 0..<slots {
                try session.consume(queue, as: Self.consumer(slot, new), prefetch: prefetch)
                try session.cancelConsumer(Self.consumer(slot, old))
            }
        }
    }

    // MARK: answers

    private mutating func unsettled(
        _ publication: Publication,
        _ outcome: Publication.Outcome,
        at now: Instant
    ) {
        // Reports may be lost; only answers carry the delivery that they acknowledge.
        guard !publication.answering.isEmpty else { return }
        switch outcome {
        case .confirmed: break
        case .lost: worker.publish(publication)
        case .nacked: unheard.insert(publication, at: now)
        case .tooLarge(let limit): tooLarge(publication, limit: limit)
        case .returned:
            isUnheard(publication)
            guard !isDraining else { return worker.queue.withLock { $0.settled(publication.answering) } }
            unheard.insert(publication, at: now)
        }
    }

    /// What is larger than the broker takes goes in smaller parts.
    private func tooLarge(_ publication: Publication, limit: Int) {
        worker.bodies.refused(limit: limit)
        guard publication.exchange == WireNames.Exchange.dead else { return worker.publish(publication) }
        var letter = publication.message
        letter.body.removeLast(letter.body.count - min(letter.body.count, limit))
        worker.publish(publication.with(letter))
    }

    private mutating func retryUnheard(at now: Instant) {
        let (again, given) = unheard.due(at: now, limit: worker.configuration.answerLimit)
        for publication in again { worker.publish(publication) }
        for publication in given { forget(publication.answering) }
    }

    /// Its coordinator publishes it again, should it come back: meanwhile it takes nobody's place here.
    private func isUnheard(_ publication: Publication) {
        worker.work.acknowledge(contentsOf: publication.answering)
        absent(publication.routingKey)
    }

    /// Nobody received the answers to these for long enough.
    func forget(_ tags: [DeliveryTag]) {
        guard !tags.isEmpty else { return }
        worker.queue.withLock { $0.settled(tags) }
        worker.work.acknowledge(contentsOf: tags)
        worker.observer(
            .forgotten(
                fragments: tags.count,
                reason: "nobody received its answer for \(worker.configuration.answerLimit)"
            )
        )
    }

    /// Nothing is asked for while it could not be sent, or nothing could come.
    private func fetch(at now: Instant) {
        if isWorkUp, areAnswersUp { worker.fetch(at: now) }
    }

    // MARK: draining

    private mutating func drain(at now: Instant) {
        guard !isDraining else { return }
        isDraining = true
        drainEnd = worker.configuration.drainLimit.map { now + $0 }
        let (waiting, counts) = worker.queue.withLock { queue in (queue.drain(), queue.counts) }
        // First of all, else the broker hands what is given back to this very worker again, and counts it.
        if isWorkUp {
            let (slots, generation) = (worker.configuration.slots, generation)
            worker.work.perform { session throws(AMQPError) in
                for slot in 0..<slots { try session.cancelConsumer(Self.consumer(slot, generation)) }
            }
        }
        giveBack(waiting)
        worker.work.acknowledge(
            contentsOf: worker.queue.withLock { queue in
                queue.getsOn()
                return queue.takeAnswered()
            }
        )
        // Nobody waits for a worker that waits for somebody to hear it.
        let unheard = unheard.removeAll()
        worker.queue.withLock { $0.settled(unheard) }
        letGoOfUnheard(at: now)
        // Executors are asked for what they have not begun, too.
        worker.observer(.draining(running: counts.running, givenBack: waiting.count + counts.ahead))
    }

    private func letGoOfUnheard(at now: Instant) {
        let unfetched = worker.letGoOfUnheard(for: .zero, at: now)
        worker.queue.withLock { $0.settled(unfetched) }
    }

    /// Nothing is in hand any more; or it is void, the connection that brought it being gone.
    private var isDone: Bool {
        worker.queue.withLock { queue in
            queue.isEmpty || (queue.running.isEmpty && !(isWorkUp && areAnswersUp))
        }
    }
}
