import AMQP

/// What comes on the reply queue: answers, workers' reports, and what everybody is told.
extension CoordinatorLoop {
    mutating func received(_ delivery: Delivery, at now: Instant) {
        let message = delivery.message
        do throws(WarrenError) {
            if let fault = delivery.fault {
                // Those who share other keys, or none, speak to each other on the same exchange.
                guard !ControlMessage.isOne(message) || concernsUs(message) else { return }
                let worker = WireReader.worker(of: message)
                throw WarrenError(.incompatible, "“\(message.type)” from \(worker): \(fault)")
            }
            switch message.type {
            case WireNames.MessageType.held: held(try WorkerReport(message), at: now)
            case WireNames.MessageType.present: present(try WorkerReport(message), at: now)
            case WireNames.MessageType.cancel, WireNames.MessageType.rollCall, WireNames.MessageType.recall,
                WireNames.MessageType.claim:
                obey(try ControlMessage(message), at: now)
            default: try concernsJob(delivery, at: now)
            }
        } catch {
            bury(message, error)
        }
    }

    private func concernsUs(_ message: Message) -> Bool {
        ControlMessage.jobEnded(by: message).flatMap { jobs[$0] } != nil
    }

    /// What is said of a job's fragments, or their bodies.
    private mutating func concernsJob(_ delivery: Delivery, at now: Instant) throws(WarrenError) {
        let message = delivery.message
        let job = try WireReader.job(of: message)
        switch message.type {
        case WireNames.MessageType.fetch: asked(try BodyRequest(message), of: job)
        case WireNames.MessageType.part, WireNames.MessageType.body, WireNames.MessageType.gone:
            try arrived(message, at: now)
        default:
            guard jobs[job] != nil else {
                // An answer to a job that has ended is nobody's loss.
                if BodyFetches.isOne(message) { release(message) }
                return strayed()
            }
            if message.storedBody != nil { return stored.append(delivery) }
            guard BodyFetches.isOne(message) else { return try answered(message, at: now) }
            fetches.append(delivery)
        }
    }

    // MARK: answers

    /// What is said of fragments.
    mutating func answered(_ message: Message, at now: Instant) throws(WarrenError) {
        let job = try WireReader.job(of: message)
        let answer: Message
        do throws(WarrenError) {
            answer = try message.retrieved(from: coordinator.store, of: job)
        } catch {
            return try unreadable(message, error, at: now)
        }
        switch answer.type {
        case WireNames.MessageType.redelivered:
            let id = try WireReader.fragmentID(of: answer)
            // Whoever had an answer to it is gone; if not, it offers it once more.
            _ = fetches.removeAll { $0.message.messageID == answer.messageID }
            perform(at: now, on: job) { $0.handle(.redelivered(id.range), at: now) }
        case WireNames.MessageType.batch:
            let batch = try ReplyBatch(answer)
            for reply in batch.answers { perform(at: now, on: job) { $0.handle(reply, at: now) } }
        case WireNames.MessageType.merged:
            let merged = try MergedReply(answer)
            perform(at: now, on: job) { $0.handle(merged, at: now) }
        default:
            let id = try WireReader.fragmentID(of: answer)
            let reply: ReplyMessage
            do throws(WarrenError) {
                reply = try ReplyMessage(answer, id: id)
            } catch {
                return try unreadable(answer, error, at: now)
            }
            perform(at: now, on: job) { $0.handle(reply, at: now) }
        }
    }

    /// An answer that names its fragments but makes no sense is a failed attempt, so that nothing stays out for ever.
    private mutating func unreadable(
        _ message: Message,
        _ error: WarrenError,
        at now: Instant
    ) throws(WarrenError) {
        try say(
            .failed(AttemptFailure(.error, "its result cannot be read: \(error)")),
            about: message,
            at: now
        )
    }

    /// Treats an answer as if its worker had said something else of its fragments.
    mutating func say(
        _ outcome: LedgerEvent.Outcome,
        about message: Message,
        at now: Instant
    ) throws(WarrenError) {
        var named: [(id: FragmentID, attempt: Int)] = []
        if message.type == WireNames.MessageType.merged {
            named = try MergedReply(message).answers.map { ($0.id, $0.reply.attempt) }
        } else {
            // An attempt that cannot be read is none of those that are under way.
            named = [(try WireReader.fragmentID(of: message), (try? WireReader.attempt(of: message)) ?? 0)]
        }
        let worker = WireReader.worker(of: message)
        for (id, attempt) in named {
            let reply = LedgerEvent.Reply(attempt: attempt, worker: worker, outcome: outcome)
            perform(at: now, on: id.job) { $0.handle(ReplyMessage(id: id, reply: reply), at: now) }
        }
    }

    // MARK: reports and orders

    private mutating func present(_ report: WorkerReport, at now: Instant) {
        hosts[report.worker] = report.host
        guard report.pool == coordinator.pool.name else { return }
        for id in jobs.keys {
            let runsJob = jobs[id].map { report.kinds?.contains($0.run.kind) ?? true } ?? false
            perform(at: now, on: id) { $0.handle(.present(worker: report.worker, runsJob: runsJob), at: now) }
        }
    }

    /// What all workers are told, this process hears as well: somebody may cancel one of its jobs.
    private mutating func obey(_ message: ControlMessage, at now: Instant) {
        if case .claim(let claim) = message { return heard(claim, at: now) }
        guard case .cancel(let id, let address) = message, let job = jobs[id] else { return }
        if !address.isEmpty {
            publications.append(
                Publication(
                    ControlMessage.acknowledgement(of: id),
                    to: WireNames.Exchange.replies,
                    routingKey: address
                )
            )
        }
        // Its own words come back to it.
        guard job.run.isRunning else { return }
        job.observer(.cancelling)
        perform(at: now, on: id) { $0.handle(.cancelled, at: now) }
    }

    private mutating func held(_ report: WorkerReport, at now: Instant) {
        hosts[report.worker] = report.host
        var ranges: [JobID: [UnitRange]] = [:]
        for text in report.running + report.waiting {
            if let id = FragmentID(text.utf8) { ranges[id.job, default: []].append(id.range) }
        }
        for (id, held) in ranges {
            jobs[id]?.observer(.held(report))
            perform(at: now, on: id) { $0.handle(.held(held), at: now) }
        }
    }

    // MARK: what makes no sense

    private mutating func strayed() {
        for id in jobs.keys { jobs[id]?.run.strayed() }
    }

    mutating func bury(_ message: Message, _ error: WarrenError) {
        strayed()
        tell(.undecodable("\(error)"))
        let dead = DeadLetter.message(message, reason: error.message, queue: coordinator.address)
        publications.append(Publication(dead, to: WireNames.Exchange.dead, routingKey: .empty))
    }
}
