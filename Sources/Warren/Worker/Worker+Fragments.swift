import AMQP

/// What becomes of a delivery, whichever way its slot runs it.
extension Worker {
    /// Asks whether anybody is at an address, by telling it what this worker holds.
    func probe(_ address: ShortString) {
        let (queue, mailbox) = (queue, mailbox)
        report(to: address) { outcome in
            switch outcome {
            case .confirmed: queue.withLock { $0.isPresent(address) }
            case .returned: mailbox.post(.absent(address))
            case .nacked, .lost, .tooLarge: queue.withLock { $0.isUnknown(address) }
            }
            queue.wakeSlots()
        }
    }

    /// Tells an address what this worker holds for it.
    func report(to address: ShortString, then done: @escaping @Sendable (Publication.Outcome) -> Void) {
        var message = report(for: address).message(WireNames.MessageType.held)
        // What comes back is told by its id: without one, it might be taken for a report to somebody else.
        message.messageID = address
        answers.publish(
            Publication(
                message,
                to: WireNames.Exchange.replies,
                routingKey: address,
                isMandatory: true,
                completion: done
            )
        )
    }

    /// Decides whether a delivery is to be run, and answers it if not.
    ///
    /// - Parameters:
    ///   - wakeUp: Wakes the slot if the fragment is cancelled; nil if it looks by itself.
    ///   - isAhead: Whether it is going to wait in an executor, behind another.
    /// - Returns: The fragment, which from now on counts as running until ``conclude(_:_:_:)``.
    func admit(_ delivery: Delivery, wakingUp wakeUp: WakeUp?, isAhead: Bool = false) -> (
        FragmentMessage, Cancellation
    )? {
        var fragment: FragmentMessage
        do {
            fragment = try FragmentMessage(delivery.message)
        } catch {
            refuseOrBury(delivery, error)
            return nil
        }
        if fragment.isSuspect(in: delivery) {
            if !fragment.isAlone { observer(.suspect(fragment.id)) }
            answer(delivery, fragment, fragment.isAlone ? .diedAlone : .suspect)
            return nil
        }
        if let reason = refusal(of: fragment) {
            refuse(delivery, fragment, reason)
            return nil
        }
        guard !BodyFetches.isOne(delivery.message) else {
            let isCancelled = queue.withLock { queue in
                if !queue.isCancelled(fragment.id.job) { queue.fetches.append(delivery) }
                return queue.isCancelled(fragment.id.job)
            }
            if isCancelled { answer(delivery, fragment, .dropped) } else { mailbox.post(.bodiless) }
            return nil
        }
        do throws(WarrenError) {
            let message = try delivery.message.retrieved(from: configuration.store, of: fragment.id.job)
            fragment.payload = message.body
        } catch {
            refuse(delivery, fragment, "its payload cannot be read: \(error)")
            return nil
        }
        let cancellation = Cancellation()
        let (begins, isNew, mustFetch) = queue.withLock { queue in
            let begins = queue.begin(delivery.tag, fragment, cancellation, wakeUp, isAhead: isAhead)
            return (begins, begins && queue.isNew(fragment.id.job), queue.fetches.isAnyQueued)
        }
        guard begins else {
            answer(delivery, fragment, .dropped)
            return nil
        }
        if isNew { observer(.began(fragment.id.job, fragment.kind)) }
        if mustFetch { mailbox.post(.bodiless) }
        return (fragment, cancellation)
    }

    /// What to answer about a fragment that has run, one way or another; nil for nothing.
    func conclude(_ delivery: Delivery, _ fragment: FragmentMessage, _ answer: ExecutorAnswer) -> AnswerBox
        .Answer?
    {
        var outcome: LedgerEvent.Outcome? = answer.outcome
        switch answer.outcome {
        case .done, .partly: break
        case .failed(let failure):
            observer(.failed(fragment.id, attempt: fragment.attempt, reason: failure.reason))
        case .refused(let reason): tellRefusal(of: fragment, reason)
        case .dropped, .yielded, .suspect, .diedAlone: outcome = .dropped
        }
        let (mustAdapt, isDraining) = queue.withLock { queue in
            // A worker that stops at once leaves without a word: the broker gives the fragment to another.
            if case .dropped? = outcome, queue.isStopped { outcome = nil }
            let mustAdapt = queue.end(delivery.tag, fragment, outcome, seconds: answer.cost.seconds)
            return (mustAdapt, queue.isDraining)
        }
        if mustAdapt { mailbox.post(.paceChanged) }
        // One that ran alone held up all the other slots.
        if fragment.isAlone { queue.wakeSlots() }
        if isDraining { mailbox.post(.progressed) }
        return outcome.map { self.answer(delivery, fragment, $0, answer) }
    }

    /// Answers fragments whose partials were merged into one.
    func conclude(
        _ ran: [(delivery: Delivery, fragment: FragmentMessage, cost: AttemptCost)],
        _ total: ExecutorAnswer
    ) {
        var answers: [AnswerBox.Answer] = []
        for (delivery, fragment, cost) in ran {
            // All of them failed if there is no total.
            let outcome =
                if case .done = total.outcome { LedgerEvent.Outcome.done(seconds: cost.seconds) } else {
                    total.outcome
                }
            if let answer = conclude(delivery, fragment, ExecutorAnswer(outcome, cost: cost)) {
                answers.append(answer)
            }
        }
        guard case .done = total.outcome, let first = answers.first else { return send(answers) }
        let reply = MergedReply(
            job: first.message.id.job,
            worker: configuration.name,
            answers: answers.map(\.message),
            body: total.body
        )
        publish(
            Publication(
                reply.message,
                to: WireNames.Exchange.replies,
                routingKey: first.replyTo,
                isMandatory: true,
                token: first.tag.token,
                answering: answers.map(\.tag)
            )
        )
    }

    /// An answer with its body in the store, if there is one, and if there is room in it: parts do as well.
    private func stored(_ publication: Publication) -> Publication {
        guard let store = configuration.store,
            let job = JobID(bytes: publication.message.correlationID.bytes)
        else { return publication }
        do throws(WarrenError) {
            return publication.with(try publication.message.stored(in: store, of: job))
        } catch {
            observer(.storeFailed(error.message))
            return publication
        }
    }

    /// Publishes an answer. A large one is only offered: its body stays here until it is asked for.
    func publish(_ publication: Publication) {
        // Nobody fetches a dead letter.
        guard publication.exchange == WireNames.Exchange.replies else { return answers.publish(publication) }
        let publication = stored(publication)
        guard publication.message.body.count > bodies.partSize else { return answers.publish(publication) }
        hold(publication)
    }

    /// What an executor was given and has not begun goes to another slot, unless the worker drains or the job is
    /// over.
    func takeBack(_ deliveries: [Delivery]) {
        guard !deliveries.isEmpty else { return }
        let (unwanted, isDraining) = queue.withLock { ($0.takeBack(deliveries), $0.isDraining) }
        for delivery in unwanted { answerUnrun(delivery) }
        if isDraining {
            mailbox.post(contentsOf: queue.withLock { $0.drain() }.map { .late($0) } + [.progressed])
        } else {
            queue.wakeSlots(deliveries.count)
        }
    }

    /// Says of a fragment that it was not begun.
    func answerUnrun(_ delivery: Delivery) {
        do throws(WarrenError) {
            answer(delivery, try FragmentMessage(delivery.message), .dropped)
        } catch {
            refuseOrBury(delivery, error)
        }
    }

    /// Publishes an answer about a fragment that has not run.
    func answer(_ delivery: Delivery, _ fragment: FragmentMessage, _ outcome: LedgerEvent.Outcome) {
        queue.withLock { $0.answering(fragment, delivery.tag) }
        send([answer(delivery, fragment, outcome, ExecutorAnswer(outcome))])
    }

    /// Sends answers, each of which is acknowledged once it is confirmed, without further doing.
    func send(_ answers: [AnswerBox.Answer]) {
        let size = bodies.partSize
        for answer in answers where answer.message.body.count > size {
            self.answer(answer.tag, answer.message, to: answer.replyTo)
        }
        let small = answers.filter { $0.message.body.count <= size }
        guard !small.isEmpty, answerBox.insert(contentsOf: small) else { return }
        let box = answerBox
        self.answers.publish { box.take() }
    }

    private func answer(
        _ delivery: Delivery,
        _ fragment: FragmentMessage,
        _ outcome: LedgerEvent.Outcome,
        _ answer: ExecutorAnswer
    ) -> AnswerBox.Answer {
        let reply = LedgerEvent.Reply(
            attempt: fragment.attempt,
            worker: configuration.name,
            outcome: outcome,
            isBackup: fragment.isBackup
        )
        return AnswerBox.Answer(
            message: ReplyMessage(id: fragment.id, reply: reply, cost: answer.cost, body: answer.body),
            replyTo: fragment.replyTo,
            tag: delivery.tag
        )
    }

    /// Publishes an answer as a message of its own.
    func answer(_ tag: DeliveryTag, _ answer: ReplyMessage, to address: ShortString) {
        publish(
            Publication(
                answer.message,
                to: WireNames.Exchange.replies,
                routingKey: address,
                isMandatory: true,
                token: tag.token,
                answering: [tag]
            )
        )
    }

    private func refuse(_ delivery: Delivery, _ fragment: FragmentMessage, _ reason: String) {
        tellRefusal(of: fragment, reason)
        answer(delivery, fragment, .refused(reason))
    }

    private func tellRefusal(of fragment: FragmentMessage, _ reason: String) {
        // It comes back every second for a while; once is enough to be told.
        if fragment.attempt == 1 { observer(.refused(fragment.id, reason: reason)) }
    }

    /// Why this worker would not run a fragment, as far as can be told without running it.
    func refusal(of fragment: FragmentMessage) -> String? {
        if fragment.isSigned, configuration.endpoint.seal == nil {
            return "its answers would not be signed, as the fragment is; start it with --key-file"
        }
        guard fragment.kind == Command.kind else { return nil }
        return commands.refusal(of: fragment.parameters)
    }

    /// A message that makes no sense here goes to the dead letters with the reason; one that another version of
    /// Warren might make sense of is refused, if it says whom to tell.
    func refuseOrBury(_ delivery: Delivery, _ error: WarrenError) {
        if let refusal = FragmentMessage.refusal(of: delivery.message, by: configuration.name, error) {
            return answer(delivery.tag, refusal.message, to: refusal.replyTo)
        }
        bury(delivery, error)
    }

    /// What is not signed as it should be goes to the dead letters; whoever sent it is told, if it can be.
    func refuse(untrusted delivery: Delivery) {
        let fault = delivery.fault ?? "it is not to be trusted"
        let message = delivery.message
        if let id = try? WireReader.fragmentID(of: message), !message.replyTo.isEmpty {
            let reason = "takes only what is signed with a key of its own: \(fault)"
            let reply = LedgerEvent.Reply(
                attempt: (try? WireReader.attempt(of: message)) ?? 1,
                worker: configuration.name,
                outcome: .refused(reason)
            )
            answers.publish(
                Publication(
                    ReplyMessage(id: id, reply: reply).message,
                    to: WireNames.Exchange.replies,
                    routingKey: message.replyTo
                )
            )
        }
        bury(delivery, WarrenError(.incompatible, fault))
    }

    /// Sends a fragment to the dead letters with the reason.
    func bury(_ delivery: Delivery, _ error: WarrenError) {
        bury(delivery, error, from: configuration.pool.queue, answering: [delivery.tag])
    }

    /// The same for what came to this worker alone.
    func bury(unacknowledged delivery: Delivery, _ error: WarrenError) {
        bury(delivery, error, from: address, answering: [])
    }

    private func bury(
        _ delivery: Delivery,
        _ error: WarrenError,
        from queue: ShortString,
        answering tags: [DeliveryTag]
    ) {
        self.queue.withLock { $0.buried += 1 }
        observer(.undecodable("message “\(delivery.message.messageID)”: \(error)"))
        answers.publish(
            Publication(
                DeadLetter.message(delivery.message, reason: error.message, queue: queue),
                to: WireNames.Exchange.dead,
                routingKey: .empty,
                token: tags.first?.token ?? 0,
                answering: tags
            )
        )
    }
}
