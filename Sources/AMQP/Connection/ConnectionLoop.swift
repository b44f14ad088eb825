internal import DequeModule

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a connection's thread does: log in, serve, and log in again.
struct ConnectionLoop: ~Copyable {
    /// No more publications than this wait for their confirm.
    private static let pipeline = 512
    /// No more publications than this are sent before the socket is read again.
    private static let burst = 64
    /// A broker that confirms nothing for so long has lost its quorum, or us.
    private static let confirmLimit: Duration = .seconds(30)

    /// What there is to look at; everything, unless it is known better.
    private struct Readiness {
        var hasFrames = true
        var hasCommands = true
    }

    private let connection: AMQPConnection
    private var number: UInt64 = 0
    private var backoff = Backoff()
    private var random = SystemRandomNumberGenerator()
    /// Taken from the outbox, not sent yet.
    private var backlog = Deque<Publication>()
    private var confirms = ConfirmWindow()
    private var acknowledgements = AcknowledgeWindow()
    private var isBlocked = false
    private var events: [AMQPEvent] = []

    init(_ connection: AMQPConnection) {
        self.connection = connection
    }

    mutating func run() {
        while !connection.isClosing {
            do throws(AMQPError) {
                var session = try Session.open(to: connection.endpoint, name: connection.name)
                try begin(&session)
                try serve(&session)
                session.close()
            } catch {
                fail(error)
            }
        }
        abandon()
        connection.hasEnded()
    }

    private mutating func begin(_ session: inout Session) throws(AMQPError) {
        number += 1
        acknowledgements = AcknowledgeWindow()
        confirms = ConfirmWindow()
        // In this order: the owner may have had to open the channel anew.
        try connection.setUp(&session)
        try session.selectConfirms()
        backoff.reset()
        events.append(.connected)
        handOver()
    }

    private mutating func serve(_ session: inout Session) throws(AMQPError) {
        var ready = Readiness()
        while true {
            if ready.hasCommands { connection.wakeUp.clear() }
            let outbox = connection.takeOutbox()
            // Kept first: an operation that fails must not take them along.
            backlog.append(contentsOf: outbox.publications)
            for source in outbox.sources { backlog.append(contentsOf: source()) }
            for operation in outbox.operations { try operation(&session) }
            try send(outbox, &session)
            // The library costs three system calls to find that there is nothing; the poll has told already.
            if ready.hasFrames || !outbox.operations.isEmpty {
                // A heartbeat is sent from in there, and on a dead network that may never return.
                try Watchdog.shared.guarding(session.socket) { () throws(AMQPError) in try receive(&session) }
            }
            handOver()
            try checkConfirms()
            if outbox.closing != nil, isIdle { return }
            ready = canPublish ? Readiness() : try wait(for: session.socket)
        }
    }

    // MARK: sending

    private mutating func send(_ outbox: AMQPConnection.Outbox, _ session: inout Session) throws(AMQPError) {
        try settle(outbox, &session)
        try publish(&session)
        try session.flush()
    }

    private var canPublish: Bool { !backlog.isEmpty && !isBlocked && confirms.count < Self.pipeline }

    /// Whether nothing is under way, so that closing loses nothing. A blocked broker is not waited for.
    private var isIdle: Bool { isBlocked || (backlog.isEmpty && confirms.count == 0) }

    private mutating func publish(_ session: inout Session) throws(AMQPError) {
        var sent = 0
        while canPublish, sent < Self.burst, let publication = backlog.popFirst() {
            // Noted first: if sending fails half-way, it is lost like the others.
            confirms.sent(publication, at: .now)
            try session.publish(publication)
            sent += 1
        }
    }

    private mutating func settle(_ outbox: AMQPConnection.Outbox, _ session: inout Session) throws(AMQPError)
    {
        let tags = outbox.acknowledgements.filter { $0.session == number }.map(\.value)
        for frame in acknowledgements.acknowledge(tags) { try session.acknowledge(frame) }
        for tag in outbox.givenBack where tag.session == number && acknowledgements.settle(tag.value) {
            try session.giveBack(tag.value)
        }
    }

    // MARK: receiving

    private mutating func receive(_ session: inout Session) throws(AMQPError) {
        while let incoming = try session.receive() {
            switch incoming {
            case .delivered(let message, let tag, let consumer, let isRedelivered, let fault):
                if !session.unacknowledging.contains(consumer) { acknowledgements.delivered(tag) }
                events.append(
                    .delivered(
                        Delivery(
                            message: message,
                            tag: DeliveryTag(session: number, value: tag),
                            consumer: consumer,
                            isRedelivered: isRedelivered,
                            fault: fault
                        )
                    )
                )
            case .returned(let messageID):
                confirms.returned(messageID: messageID)
            case .settled(let number, let multiple, let outcome):
                var ended: [(Publication, Publication.Outcome)] = []
                confirms.settle(number, multiple: multiple, outcome: outcome) { ended.append(($0, $1)) }
                for (publication, outcome) in ended { end(publication, outcome) }
            case .blocked(let reason):
                isBlocked = true
                events.append(.blocked(reason: reason))
            case .unblocked:
                isBlocked = false
                confirms.restartClock(at: .now)
                events.append(.unblocked)
            case .nothing:
                break
            }
            // A flood must not keep what was received from being handed over.
            if events.count >= 256 { handOver() }
            // What has not been read from the socket makes the next poll return at once.
            if !session.hasBuffered { return }
        }
    }

    private mutating func end(_ publication: Publication, _ outcome: Publication.Outcome) {
        if let completion = publication.completion {
            completion(outcome)
        } else if outcome == .confirmed {
            events.append(.confirmed(token: publication.token, answering: publication.answering))
        } else {
            events.append(.unsettled(publication, outcome))
        }
    }

    /// Hands over what there is: one wake-up for the batch, whatever its size.
    private mutating func handOver() {
        guard !events.isEmpty else { return }
        connection.handOver(events)
        events.removeAll(keepingCapacity: true)
    }

    private func checkConfirms() throws(AMQPError) {
        guard let oldest = confirms.oldest, !isBlocked, Instant.now - oldest > Self.confirmLimit else {
            return
        }
        throw AMQPError(
            .timedOut,
            "\(connection.endpoint) has confirmed nothing for \(Self.confirmLimit); has it lost its quorum?"
        )
    }

    // MARK: waiting

    /// Waits for the socket, for a command, or until a heartbeat may be due: the library sends and checks
    /// heartbeats only when it is called.
    private func wait(for socket: CInt) throws(AMQPError) -> Readiness {
        var descriptors = [
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
            pollfd(fd: connection.wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let limit = CInt(Session.heartbeat.seconds * 1000 / 4)
        let count = poll(&descriptors, 2, limit)
        if count > 0 {
            return Readiness(hasFrames: descriptors[0].revents != 0, hasCommands: descriptors[1].revents != 0)
        }
        guard count < 0, errno != EINTR else { return Readiness() }
        throw AMQPError(.connectionLost, "poll failed: \(String(cString: strerror(errno)))")
    }

    private mutating func fail(_ error: AMQPError) {
        for publication in confirms.removeAll() {
            // The broker names no message, only its limit: every one above that would end the connection again.
            let limit = error.limit ?? .max
            end(publication, publication.message.body.count > limit ? .tooLarge(limit: limit) : .lost)
        }
        isBlocked = false
        let delay = backoff.next(using: &random)
        if !connection.isClosing { events.append(.disconnected(error, retryIn: delay)) }
        handOver()
        let end = Instant.now + delay
        while !connection.isClosing {
            let left = end - .now
            guard left > .zero else { return }
            // Only the wish to close ends the pause; other commands wait in the outbox.
            var descriptor = pollfd(fd: connection.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&descriptor, 1, CInt(left.nanoseconds / 1_000_000) + 1)
            connection.wakeUp.clear()
        }
    }

    /// What can no longer be sent is told as lost, so that nobody waits for it.
    private mutating func abandon() {
        let outbox = connection.takeOutbox()
        backlog.append(contentsOf: outbox.publications + outbox.sources.flatMap { $0() })
        for publication in confirms.removeAll() + backlog { end(publication, .lost) }
        backlog = []
        handOver()
    }
}
