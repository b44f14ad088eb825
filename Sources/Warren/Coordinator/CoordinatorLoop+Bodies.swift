import AMQP

/// Bodies that are too large for their messages: answers' are fetched from the workers that offer them, payloads go to those
/// that ask for them.
extension CoordinatorLoop {
    /// What may be on its way, or wait to be folded, in bytes: far below where a broker with its default settings on a small
    /// machine raises its memory alarm.
    static let mostBytes = 128 << 20

    // MARK: answers

    /// A worker has an answer. Its body is fetched when its turn comes.
    mutating func offered(_ delivery: Delivery, of job: JobID, at now: Instant) throws(WarrenError) {
        guard try isWanted(delivery.message, of: job) else { return try decline(delivery, at: now) }
        fetches.append(delivery)
    }

    /// Fetches what there is room for.
    mutating func fetch(at now: Instant) {
        guard !fetches.isEmpty else { return }
        let (again, lost) = fetches.overdue(for: coordinator.address, at: now)
        for (request, worker) in again { ask(request, worker) }
        for delivery in lost {
            attempt(on: delivery) { loop throws(WarrenError) in
                try loop.say(.yielded, about: delivery.message, at: now)
            }
        }
        let folding = jobs.values.reduce(0) { $0 + $1.run.bytesToFold }
        while let next = fetches.next(besides: folding) {
            attempt(on: next) { loop throws(WarrenError) in
                // Much may have come from others while it waited.
                let job = try WireReader.job(of: next.message)
                guard try loop.isWanted(next.message, of: job) else { return try loop.decline(next, at: now) }
                let request = loop.fetches.begin(next, for: loop.coordinator.address, at: now)
                loop.ask(request, next.message.replyTo)
            }
        }
    }

    /// Something came of what was asked for.
    mutating func arrived(_ message: Message, at now: Instant) throws(WarrenError) {
        switch try fetches.receive(message, at: now) {
        case .whole(let delivery): try answered(delivery.message, at: now)
        // A worker that lost it after all, or was told that nobody needs it.
        case .gone(let delivery): try say(.yielded, about: delivery.message, at: now)
        case nil: break
        }
    }

    /// Whoever was asked is not there any more. The broker gives its fragments to others.
    mutating func unanswered(_ request: Message) {
        guard let execution = request.headers.integer(WireNames.Header.execution) else { return }
        fetches.remove(execution)
    }

    private mutating func ask(_ request: BodyRequest, _ worker: ShortString) {
        publications.append(
            Publication(
                request.message,
                to: WireNames.Exchange.workers,
                routingKey: worker,
                isMandatory: true
            )
        )
    }

    private mutating func attempt(
        on delivery: Delivery,
        _ body: (inout Self) throws(WarrenError) -> Void
    ) {
        do throws(WarrenError) { try body(&self) } catch { bury(delivery.message, error) }
    }

    private func isWanted(_ message: Message, of job: JobID) throws(WarrenError) -> Bool {
        guard let run = jobs[job]?.run, run.isRunning else { return false }
        switch message.type {
        case WireNames.MessageType.done: return run.wants(try WireReader.fragmentID(of: message).range)
        case WireNames.MessageType.merged:
            return try MergedReply(message).answers.contains { run.wants($0.id.range) }
        default: return true
        }
    }

    /// An answer that would change nothing is only counted.
    private mutating func decline(_ delivery: Delivery, at now: Instant) throws(WarrenError) {
        declineOnly(delivery.message)
        try say(.dropped, about: delivery.message, at: now)
    }

    /// Tells a worker that it need not keep an answer.
    mutating func declineOnly(_ message: Message) {
        publications.append(
            Publication(
                HeldAnswers.declining(message),
                to: WireNames.Exchange.workers,
                routingKey: message.replyTo
            )
        )
    }

    // MARK: payloads

    /// A worker asks for what a fragment carries.
    mutating func asked(_ request: BodyRequest, of job: JobID) throws(WarrenError) {
        guard let id = FragmentID(request.messageID.bytes), id.job == job,
            let payload = jobs[job]?.run.payload(of: id.range)
        else { return coordinator.bodies.sendGone(request) }
        let message = coordinator.bodies.compressed(
            Message(type: WireNames.MessageType.fragment, body: payload)
        )
        // What does not arrive, its worker asks for again.
        coordinator.bodies.send(message, answering: request) { _ in }
    }
}
