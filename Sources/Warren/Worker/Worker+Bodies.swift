import AMQP

/// Bodies that are too large for their messages: answers' are held here until they are fetched, fragments' are fetched.
extension Worker {
    // MARK: answers

    /// Keeps an answer until it is fetched, and says so to whoever waits for it.
    func hold(_ publication: Publication) {
        queue.withLock { $0.offered.formUnion(publication.answering) }
        let offer = held.withLock { $0.hold(publication, at: .now) }
        queue.withLock { $0.isHoldingTooMuch = held.withLock(\.isFull) }
        self.offer(publication, offer)
    }

    private func offer(_ publication: Publication, _ offer: Int64) {
        answers.publish(
            Publication(
                HeldAnswers.offer(publication.message, offer, from: address),
                to: publication.exchange,
                routingKey: publication.routingKey,
                isMandatory: true,
                completion: { [self] outcome in
                    held.withLock { $0.offered(offer, outcome, at: .now) }
                    if outcome == .confirmed {
                        work.acknowledge(contentsOf: queue.withLock { $0.takeAnswered() })
                    } else if outcome == .returned {
                        mailbox.post(.unheard(publication))
                    }
                }
            )
        )
    }

    /// What was offered, and nobody has asked for, is offered again.
    func offerAgain(at now: Instant) {
        for (offer, publication) in held.withLock({ $0.due(at: now) }) { self.offer(publication, offer) }
    }

    /// Gives up what nobody was there to hear of for so long.
    ///
    /// - Returns: What that answered.
    func letGoOfUnheard(for limit: Duration, at now: Instant) -> [DeliveryTag] {
        held.withLock { $0.unheard(for: limit, at: now) }.compactMap(letGo).flatMap(\.answering)
    }

    /// Sends a stretch of the body of an answer that was offered.
    func send(_ request: BodyRequest, at now: Instant) {
        guard let offer = request.offer, let publication = held.withLock({ $0.answer(offer, at: now) }) else {
            return bodies.sendGone(request)
        }
        bodies.send(publication.message.body, answering: request)
    }

    /// An answer has arrived, or nobody needs it: its fragment is acknowledged.
    func release(_ offer: Int64) {
        guard let released = letGo(offer) else { return }
        work.acknowledge(contentsOf: queue.withLock { $0.answered(released.answering) })
        mailbox.post(.progressed)
    }

    /// Nobody needs these answers.
    func release(where matches: (Message) -> Bool) {
        for offer in held.withLock({ $0.offers(where: matches) }) { release(offer) }
    }

    private func letGo(_ offer: Int64) -> Publication? {
        guard let released = held.withLock({ $0.release(offer) }) else { return nil }
        let answered = queue.withLock { queue in
            queue.offered.subtract(released.answering)
            queue.isHoldingTooMuch = held.withLock(\.isFull)
            // There is room again, as when something ends.
            queue.getsOn()
            return queue.takeAnswered()
        }
        work.acknowledge(contentsOf: answered)
        queue.wakeSlots()
        return released
    }

    // MARK: payloads

    /// Asks for payloads, so many at a time as there is room for.
    func fetch(at now: Instant) {
        let (requests, areSome) = queue.withLock { queue in
            queue.requests(from: address, at: now) { refusal(of: $0) == nil }
        }
        if areSome { queue.wakeSlots() }
        let mailbox = mailbox
        for (request, owner) in requests {
            answers.publish(
                Publication(
                    request.message,
                    to: WireNames.Exchange.replies,
                    routingKey: owner,
                    isMandatory: true,
                    completion: { if $0 == .returned { mailbox.post(.absent(owner)) } }
                )
            )
        }
    }

    // MARK: what comes

    /// Something came to this worker's own address.
    ///
    /// - Throws: ``WarrenError/Code/incompatible`` for what makes no sense.
    func received(_ message: Message, at now: Instant) throws(WarrenError) {
        switch message.type {
        case WireNames.MessageType.fetch: send(try BodyRequest(message), at: now)
        case WireNames.MessageType.release:
            try WireReader.checkVersion(of: message)
            if let offer = message.headers.integer(WireNames.Header.offer) { release(offer) }
        default:
            let received = queue.withLock { queue in
                Result { () throws(WarrenError) in try queue.received(message, at: now) }
            }
            let (isReady, gone) = try received.get()
            if let gone { answerUnrun(gone) }
            if isReady { queue.wakeSlots(1) }
        }
    }

    /// What is said to one worker alone.
    static func isForOne(_ message: Message) -> Bool {
        switch message.type {
        case WireNames.MessageType.fetch, WireNames.MessageType.release, WireNames.MessageType.part,
            WireNames.MessageType.body, WireNames.MessageType.gone:
            true
        default: false
        }
    }
}
