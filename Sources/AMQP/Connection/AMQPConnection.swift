import Synchronization

/// A connection to the broker that is kept up: it lives on a thread of its own, comes back when it is lost, and
/// tells its owner what happens in batches of events.
///
/// Whoever wants something leaves it in the outbox; the thread is woken once per batch. What was not sent when
/// the connection broke is sent when it is back; what was sent and not confirmed is told as lost.
package final class AMQPConnection: Sendable {
    /// Declares and consumes whatever the owner needs, on each new login, before ``AMQPEvent/connected``.
    package typealias SetUp = @Sendable (inout Session) throws(AMQPError) -> Void

    let endpoint: AMQPEndpoint
    let name: String
    let setUp: SetUp
    /// Called on the connection's thread: it must only hand the events over.
    let handOver: @Sendable ([AMQPEvent]) -> Void
    let wakeUp = WakeUp()
    private let outbox = Mutex(Outbox())

    /// What others want of the connection, until its thread takes it. Bounded by their prefetch and window.
    struct Outbox {
        var operations: [Operation] = []
        var publications: [Publication] = []
        /// What there is to publish of those who make their messages at the last moment.
        var sources: [PublicationSource] = []
        var acknowledgements: [DeliveryTag] = []
        var givenBack: [DeliveryTag] = []
        var closing: [@Sendable () -> Void]?

        var isEmpty: Bool {
            operations.isEmpty && publications.isEmpty && sources.isEmpty && acknowledgements.isEmpty
                && givenBack.isEmpty
        }
    }

    /// Something to do with the session on its thread; called with an error if there will be none.
    typealias Operation = @Sendable (inout Session) throws(AMQPError) -> Void

    /// Makes messages when the connection gets to them, on its thread.
    package typealias PublicationSource = @Sendable () -> [Publication]

    /// Starts connecting, and goes on until ``close()``.
    ///
    /// - Parameters:
    ///   - name: Shown by the broker to people.
    ///   - setUp: Run on each new login.
    ///   - events: Called with each batch, on the connection's thread, in order: it must only hand them over.
    package init(
        to endpoint: AMQPEndpoint,
        name: String,
        setUp: @escaping SetUp = { (_: inout Session) throws(AMQPError) -> Void in },
        events: @escaping @Sendable ([AMQPEvent]) -> Void
    ) {
        self.endpoint = endpoint
        self.name = name
        self.setUp = setUp
        self.handOver = events
        Thread.start("warren-amqp", isBatch: true) { [self] in
            var loop = ConnectionLoop(self)
            loop.run()
        }
    }

    /// Publishes; the outcome comes as an event.
    package func publish(_ publication: Publication) { publish(contentsOf: [publication]) }

    package func publish(contentsOf publications: [Publication]) {
        guard !publications.isEmpty else { return }
        let isOpen = post { $0.publications.append(contentsOf: publications) }
        // Nobody is there any more to tell the outcome.
        if !isOpen { for publication in publications { publication.completion?(.lost) } }
    }

    /// Publishes whatever `source` has by the time that the connection gets to it, so that what comes until then can
    /// leave in the same message.
    package func publish(from source: @escaping PublicationSource) {
        post { $0.sources.append(source) }
    }

    /// Publishes and waits for the outcome: at most the limit for a confirm, once the connection is up.
    package func publish(
        _ message: Message,
        to exchange: ShortString,
        routingKey: ShortString,
        isMandatory: Bool = false
    ) async -> Publication.Outcome {
        await withCheckedContinuation { continuation in
            publish(
                Publication(
                    message,
                    to: exchange,
                    routingKey: routingKey,
                    isMandatory: isMandatory,
                    completion: { continuation.resume(returning: $0) }
                )
            )
        }
    }

    /// Acknowledges a delivery, removing it from its queue.
    ///
    /// If the connection breaks before the broker reads this, the delivery is given out again; a tag of an
    /// earlier connection is void and ignored.
    package func acknowledge(_ tag: DeliveryTag) {
        post { $0.acknowledgements.append(tag) }
    }

    package func acknowledge(contentsOf tags: [DeliveryTag]) {
        guard !tags.isEmpty else { return }
        post { $0.acknowledgements.append(contentsOf: tags) }
    }

    /// Gives back a delivery that was never started.
    package func giveBack(_ tags: [DeliveryTag]) {
        guard !tags.isEmpty else { return }
        post { $0.givenBack += tags }
    }

    /// Runs `body` with the session, on the connection's thread, once it is up.
    package func perform(_ body: @escaping @Sendable (inout Session) throws(AMQPError) -> Void) {
        post { $0.operations.append(body) }
    }

    /// Ends the connection in good order; nothing is handed over any more once this returns.
    package func close() async {
        await withCheckedContinuation { continuation in
            close { continuation.resume() }
        }
    }

    /// Ends the connection in good order, and says when it has ended, on its thread.
    package func close(then done: @escaping @Sendable () -> Void) {
        let mustWake = outbox.withLock { outbox -> Bool? in
            guard let closing = outbox.closing else {
                outbox.closing = [done]
                return true
            }
            // An empty list is left by the thread when it has ended.
            guard !closing.isEmpty else { return nil }
            outbox.closing?.append(done)
            return false
        }
        switch mustWake {
        case true?: wakeUp.signal()
        case false?: break
        case nil: done()
        }
    }

    /// - Returns: False if the connection has ended, and nobody is going to take it.
    @discardableResult
    private func post(_ change: (inout Outbox) -> Void) -> Bool {
        let wasEmpty = outbox.withLock { outbox -> Bool? in
            // An empty list is left by the thread when it has ended.
            if let closing = outbox.closing, closing.isEmpty { return nil }
            defer { change(&outbox) }
            return outbox.isEmpty
        }
        if wasEmpty == true { wakeUp.signal() }
        return wasEmpty != nil
    }

    /// Everything that waits, leaving nothing but the wish to close.
    func takeOutbox() -> Outbox {
        outbox.withLock { outbox in
            let taken = outbox
            outbox = Outbox()
            outbox.closing = taken.closing
            return taken
        }
    }

    var isClosing: Bool { outbox.withLock { $0.closing != nil } }

    /// Called by the thread as the last thing it does.
    func hasEnded() {
        let (waiting, late) = outbox.withLock { outbox in
            defer {
                outbox = Outbox()
                outbox.closing = []
            }
            return (outbox.closing ?? [], outbox.publications + outbox.sources.flatMap { $0() })
        }
        for publication in late { publication.completion?(.lost) }
        for done in waiting { done() }
    }
}
