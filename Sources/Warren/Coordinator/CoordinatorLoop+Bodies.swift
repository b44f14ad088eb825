import AMQP

/// Bodies that are too large for their messages: answers' are fetched from the workers that offer them, or read from the
/// store; payloads go to those that ask for them.
extension CoordinatorLoop {
    /// What may be on its way, or wait to be folded, in bytes: far below where a broker with its default settings on a small
    /// machine raises its memory alarm.
    static let mostBytes = 128 << 20

    // MARK: answers

    /// Fetches and reads what there is room for.
    mutating func fetch(at now: Instant) {
        readStored(at: now)
        guard !fetches.isEmpty, mayFetch else { return }
        while let next = fetches.next(besides: bytesToFold) {
            attempt(on: next) { loop throws(WarrenError) in
                // Much may have come from others while it waited.
                if try loop.settle(next.message, at: now) {
                    loop.release(next.message)
                } else {
                    loop.fetches.begin(next)
                }
            }
        }
        for (request, worker) in fetches.requests(for: coordinator.address, at: now) {
            publications.append(
                Publication(
                    request.message,
                    to: WireNames.Exchange.workers,
                    routingKey: worker,
                    isMandatory: true
                )
            )
        }
    }

    /// Nothing is asked for while it could not be sent, or nothing could come.
    var mayFetch: Bool { up.contains(.replies) && up.contains(.publisher) }

    /// Something came of what was asked for.
    mutating func arrived(_ message: Message, at now: Instant) throws(WarrenError) {
        switch try fetches.receive(message, at: now) {
        case .whole(let delivery):
            release(delivery.message)
            try answered(delivery.message, at: now)
        // A worker that lost it after all, or was told that nobody needs it.
        case .gone(let delivery): try say(.yielded, about: delivery.message, at: now)
        case nil: break
        }
    }

    /// Whoever was asked is not there any more. The broker gives its fragments to others.
    mutating func unanswered(_ request: Message) {
        guard let (execution, _) = try? BodyRequest.place(of: request) else { return }
        fetches.remove(execution)
    }

    /// Tells a worker that it need not keep an answer.
    mutating func release(_ message: Message) {
        publications.append(
            Publication(
                HeldAnswers.releasing(message),
                to: WireNames.Exchange.workers,
                routingKey: message.replyTo
            )
        )
    }

    private var bytesToFold: Int { jobs.values.reduce(0) { $0 + $1.run.bytesToFold } }

    private mutating func readStored(at now: Instant) {
        while let next = stored.first, bytesToFold + fetches.bytes < Self.mostBytes {
            stored.removeFirst()
            attempt(on: next) { loop throws(WarrenError) in
                if try !loop.settle(next.message, at: now) { try loop.answered(next.message, at: now) }
            }
        }
    }

    /// Counts an answer whose body would change nothing; false if it is wanted.
    private mutating func settle(_ message: Message, at now: Instant) throws(WarrenError) -> Bool {
        guard let run = jobs[try WireReader.job(of: message)]?.run, run.isRunning else {
            try say(.dropped, about: message, at: now)
            return true
        }
        switch message.type {
        case WireNames.MessageType.done where !run.wants(try WireReader.fragmentID(of: message).range):
            try say(.dropped, about: message, at: now)
        case WireNames.MessageType.merged
        where try !MergedReply(message).answers.allSatisfy({ run.wants($0.id.range) }):
            // What has been answered already is a duplicate, and the others are to run once more.
            try say(.yielded, about: message, at: now)
        default: return false
        }
        return true
    }

    private mutating func attempt(
        on delivery: Delivery,
        _ body: (inout Self) throws(WarrenError) -> Void
    ) {
        do throws(WarrenError) {
            try body(&self)
        } catch {
            bury(delivery.message, error)
            if BodyFetches.isOne(delivery.message) { release(delivery.message) }
        }
    }

    // MARK: payloads

    /// A worker asks for what a fragment carries.
    func asked(_ request: BodyRequest, of job: JobID) {
        guard let id = FragmentID(request.messageID.bytes), id.job == job,
            let payload = jobs[job]?.run.payload(of: id.range)
        else { return coordinator.bodies.sendGone(request) }
        coordinator.bodies.send(payload, answering: request)
    }
}
