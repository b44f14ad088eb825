import AMQP

/// Bodies that are too large for their messages: answers' are held here until they are fetched, fragments' are fetched.
extension Worker {
    /// Tells whoever waits for an answer that it is here.
    func offer(_ publication: Publication, _ offer: Int64) {
        let (held, mailbox) = (held, mailbox)
        answers.publish(
            Publication(
                HeldAnswers.offer(publication.message, offer, from: address),
                to: publication.exchange,
                routingKey: publication.routingKey,
                isMandatory: true,
                completion: { outcome in
                    guard outcome != .confirmed, held.withLock({ $0.release(offer) }) != nil else { return }
                    mailbox.post(.answers(.unsettled(publication, outcome)))
                }
            )
        )
    }

    /// What was offered, and nobody has asked for, is offered again.
    func offerAgain(at now: Instant) {
        for (offer, publication) in held.withLock({ $0.due(at: now) }) { self.offer(publication, offer) }
    }

    /// Sends the body of an answer that was offered.
    func send(_ request: BodyRequest, at now: Instant) {
        guard let offer = request.offer, let publication = held.withLock({ $0.answer(offer, at: now) }) else {
            return bodies.sendGone(request)
        }
        bodies.send(publication.message, answering: request) { [self] outcome in
            switch outcome {
            case .confirmed: release(offer)
            case .tooLarge: mailbox.post(.resend(request))
            // It is asked for again, or offered again.
            case .nacked, .returned, .lost: break
            }
        }
    }

    /// An answer has arrived, or nobody needs it: its fragment is acknowledged.
    func release(_ offer: Int64) {
        let (released, isFull) = held.withLock { ($0.release(offer), $0.isFull) }
        guard let released else { return }
        let answered = queue.withLock { queue in
            queue.isHoldingTooMuch = isFull
            return queue.answered(released.answering)
        }
        work.acknowledge(contentsOf: answered)
        queue.wakeSlots()
        mailbox.post(.progressed)
    }

    /// Nobody needs these answers.
    func release(where matches: (Message) -> Bool) {
        for offer in held.withLock({ $0.offers(where: matches) }) { release(offer) }
    }

    /// Asks for payloads, so many at a time as there is room for.
    func fetch(at now: Instant) {
        let mailbox = mailbox
        for (request, owner) in queue.withLock({ $0.requests(from: address, at: now) }) {
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

    /// Something came to this worker's own address.
    ///
    /// - Throws: ``WarrenError/Code/incompatible`` for what makes no sense.
    func received(_ message: Message, at now: Instant) throws(WarrenError) {
        switch message.type {
        case WireNames.MessageType.fetch: send(try BodyRequest(message), at: now)
        case WireNames.MessageType.decline:
            try WireReader.checkVersion(of: message)
            if let offer = message.headers.integer(WireNames.Header.offer) { release(offer) }
        default:
            let received = queue.withLock { queue in
                Result { () throws(WarrenError) in try queue.received(message, at: now) }
            }
            let (isReady, gone) = try received.get()
            if let gone { answerUnrun(gone) }
            if isReady { queue.wakeSlots(1) }
            fetch(at: now)
        }
    }

    /// What is said to one worker alone.
    static func isForOne(_ message: Message) -> Bool {
        switch message.type {
        case WireNames.MessageType.fetch, WireNames.MessageType.decline, WireNames.MessageType.part,
            WireNames.MessageType.body, WireNames.MessageType.gone:
            true
        default: false
        }
    }
}
