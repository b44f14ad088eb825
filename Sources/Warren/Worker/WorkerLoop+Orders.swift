import AMQP

/// What the worker is told beside fragments, and what it tells of itself.
extension WorkerLoop {
    /// Something came to this worker alone: bodies, and who wants them.
    func receive(_ delivery: Delivery, at now: Instant) {
        do throws(WarrenError) {
            if let fault = delivery.fault { throw WarrenError(.incompatible, fault) }
            try worker.received(delivery.message, at: now)
        } catch {
            worker.bury(unacknowledged: delivery, error)
        }
    }

    func obey(_ delivery: Delivery) {
        do throws(WarrenError) {
            if let fault = delivery.fault {
                // Those who share other keys, or none, speak to each other here as well.
                guard let job = ControlMessage.jobEnded(by: delivery.message),
                    worker.queue.withLock({ $0.hasBegun(job) })
                else { return }
                throw WarrenError(.incompatible, fault)
            }
            switch try ControlMessage(delivery.message) {
            case .cancel(let job, _):
                let (isNews, dropped) = worker.queue.withLock { queue in
                    (!queue.isCancelled(job), queue.cancel(job))
                }
                if isNews { worker.observer(.cancelled(job)) }
                worker.release(where: { $0.correlationID == ShortString(job.description) })
                for delivery in dropped { worker.answerUnrun(delivery) }
            case .recall(let fragment):
                worker.release(where: {
                    $0.messageID == ShortString(fragment.bytes) && $0.type != WireNames.MessageType.merged
                })
                for delivery in worker.queue.withLock({ $0.recall(fragment) }) {
                    worker.answerUnrun(delivery)
                }
            case .claim: break
            case .rollCall(let address):
                worker.answers.publish(
                    Publication(
                        worker.report().message(WireNames.MessageType.present),
                        to: WireNames.Exchange.replies,
                        routingKey: address
                    )
                )
            }
        } catch {
            guard delivery.fault == nil else { return worker.bury(unacknowledged: delivery, error) }
            worker.observer(.undecodable("a message to all workers: \(error)"))
        }
    }

    mutating func report(at now: Instant) {
        nextReport = now + worker.configuration.reportInterval
        let (queue, mailbox) = (worker.queue, worker.mailbox)
        let addresses = queue.withLock(\.addressesHeldFor)
        missing = missing.filter { addresses.contains($0.key) }
        for address in addresses {
            worker.report(to: address) { outcome in
                if outcome == .returned { mailbox.post(.missing(address)) }
                if outcome == .confirmed { mailbox.post(.present(address)) }
            }
        }
        if areAnswersUp {
            forget(worker.letGoOfUnheard(for: worker.configuration.answerLimit, at: now))
            worker.offerAgain(at: now)
        }
        for (job, tally) in worker.queue.withLock({ $0.takeTallies() }) {
            worker.observer(
                .summary(
                    job,
                    tally.kind,
                    fragments: tally.fragments,
                    units: tally.units,
                    over: worker.configuration.reportInterval
                )
            )
        }
    }

    /// Nobody is at an address for which something runs. Nothing more of it is begun until somebody is; when that has
    /// lasted as long as an answer is kept, what runs is stopped.
    mutating func missing(_ address: ShortString, at now: Instant) {
        let since = missing[address] ?? now
        missing[address] = since
        worker.queue.withLock { $0.doubt(address) }
        worker.queue.wakeSlots()
        guard now - since >= worker.configuration.answerLimit else { return }
        missing[address] = nil
        let stopped = worker.queue.withLock { $0.abandon(address) }
        if stopped > 0 {
            worker.observer(.forgotten(fragments: stopped, reason: "they ran, but their submitter is gone"))
        }
    }
}
