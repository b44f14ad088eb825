/// Where threads leave events for one thread that handles them, a batch at a time.
///
/// A sender wakes the receiver only if the mailbox was empty, so a burst costs one wake-up. What is in it is
/// bounded by what its senders may have under way (prefetch, window, unconfirmed publishes); the mailbox adds
/// no bound of its own.
package final class Mailbox<Event: Sendable>: Sendable {
    private let events = Monitor<[Event]>([])

    package init() {}

    package func post(_ event: Event) {
        let wasEmpty = events.withLock { waiting in
            waiting.append(event)
            return waiting.count == 1
        }
        if wasEmpty { events.signal() }
    }

    package func post(contentsOf batch: some Collection<Event>) {
        guard !batch.isEmpty else { return }
        let wasEmpty = events.withLock { waiting in
            defer { waiting.append(contentsOf: batch) }
            return waiting.isEmpty
        }
        if wasEmpty { events.signal() }
    }

    /// Everything that has arrived, waiting for the first until the deadline.
    ///
    /// What is there is returned even when the deadline has long passed: what has arrived is handled before
    /// what is due.
    package func take(until deadline: Instant?) -> [Event] {
        events.wait(until: deadline) { waiting in
            guard !waiting.isEmpty else { return nil }
            defer { waiting = [] }
            return waiting
        } ?? []
    }
}
