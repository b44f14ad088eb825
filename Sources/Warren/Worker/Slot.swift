import AMQP

/// What the thread of a slot does: takes a fragment, runs it, answers it.
struct Slot {
    private let worker: Worker

    init(_ worker: Worker) {
        self.worker = worker
    }

    func run() {
        while true {
            switch worker.queue.wait(for: { $0.next() }) {
            case .run(let delivery): take(delivery)
            case .probe(let address): probe(address)
            case .stop, nil: return
            }
        }
    }

    /// Asks whether anybody is at an address, by telling it what this worker holds.
    private func probe(_ address: ShortString) {
        let (queue, mailbox) = (worker.queue, worker.mailbox)
        worker.answers.publish(
            Publication(
                worker.report(for: address).message(WireNames.MessageType.held),
                to: WireNames.Exchange.replies,
                routingKey: address,
                isMandatory: true
            ) { outcome in
                switch outcome {
                case .confirmed: queue.withLock { $0.isPresent(address) }
                case .returned: mailbox.post(.absent(address))
                case .nacked, .lost, .tooLarge: queue.withLock { $0.isUnknown(address) }
                }
                queue.broadcast()
            }
        )
    }

    private func take(_ delivery: Delivery) {
        let fragment: FragmentMessage
        do {
            fragment = try FragmentMessage(delivery.message)
        } catch {
            worker.observer(.undecodable("message “\(delivery.message.messageID)”: \(error)"))
            return worker.work.reject(delivery.tag)
        }
        let count = delivery.deliveryCount
        if fragment.isAlone, count >= 1 { return worker.answer(delivery, fragment, .diedAlone) }
        if count >= 2 {
            worker.observer(.suspect(fragment.id))
            return worker.answer(delivery, fragment, .suspect)
        }
        let cancellation = Cancellation()
        guard worker.queue.withLock({ $0.begin(delivery.tag, fragment, cancellation) }) else {
            return worker.answer(delivery, fragment, .dropped)
        }
        if worker.queue.withLock({ $0.isNew(fragment.id.job) }) {
            worker.observer(.began(fragment.id.job, fragment.kind))
        }
        run(delivery, fragment, cancellation)
        let isDraining = worker.queue.withLock { queue in
            queue.end(delivery.tag)
            return queue.isDraining
        }
        // One that ran alone held up all the other slots.
        if fragment.isAlone { worker.queue.broadcast() }
        if isDraining { worker.mailbox.post(.progressed) }
    }

    private func run(_ delivery: Delivery, _ fragment: FragmentMessage, _ cancellation: Cancellation) {
        let job: any PreparedJob
        do {
            job = try worker.prepared.job(for: fragment, in: worker.jobs)
        } catch {
            // It comes back every second for a while; once is enough to be told.
            if fragment.attempt == 1 { worker.observer(.refused(fragment.id, reason: "\(error)")) }
            return worker.answer(delivery, fragment, .refused("\(error)"))
        }
        let context = FragmentContext(
            id: fragment.id,
            attempt: fragment.attempt,
            worker: worker.configuration.name,
            cancellation: cancellation
        )
        let started = Instant.now
        do {
            let body = try job.run(Fragment(range: fragment.id.range, payload: fragment.payload), in: context)
            let seconds = (Instant.now - started).seconds
            let mustAdapt = worker.queue.withLock { $0.finished(fragment, seconds: seconds) }
            if mustAdapt { worker.mailbox.post(.paceChanged) }
            worker.answer(delivery, fragment, .done(seconds: seconds), body: body)
        } catch {
            if cancellation.isCancelled {
                // A worker that stops at once leaves without a word: the broker gives the fragment to another.
                let isJob = worker.queue.withLock { $0.isCancelled(fragment.id.job) }
                if isJob { worker.answer(delivery, fragment, .dropped) }
                return
            }
            let isFinal = (error as? WarrenError)?.code == .input
            worker.observer(.failed(fragment.id, attempt: fragment.attempt, reason: "\(error)"))
            worker.answer(delivery, fragment, .failed("\(error)", isFinal: isFinal))
        }
    }
}
