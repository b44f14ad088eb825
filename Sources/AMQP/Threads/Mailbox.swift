/// Where threads leave events for one thread that handles them, a batch at a time.
///
/// A sender wakes the receiver only if nobody has done so yet, so a burst costs one wake-up. What is in it is
/// bounded by what its senders may have under way (prefetch, window, unconfirmed publishes); the mailbox adds
/// no bound of its own.
package final class Mailbox<Event: Sendable>: Sendable {
    fileprivate struct State {
        var waiting: [Event] = []
        /// Whether the receiver has been woken for what waits.
        var isUrgent = false
    }

    private let state = Monitor(State())

    package init() {}

    package func post(_ event: Event) { post(contentsOf: CollectionOfOne(event)) }

    package func post(contentsOf batch: some Collection<Event>) {
        guard !batch.isEmpty else { return }
        let mustWake = state.withLock { state in
            state.waiting.append(contentsOf: batch)
            defer { state.isUrgent = true }
            return !state.isUrgent
        }
        if mustWake { state.signal() }
    }

    /// Leaves an event that can wait until the receiver is awake for another reason, or has a deadline.
    package func leave(_ event: Event) {
        state.withLock { $0.waiting.append(event) }
    }

    /// Everything that has arrived, waiting for something urgent until the deadline.
    ///
    /// What is there is returned even when the deadline has long passed: what has arrived is handled before
    /// what is due.
    package func take(until deadline: Instant?) -> [Event] {
        let urgent = state.wait(until: deadline) { $0.isUrgent ? $0.takeAll() : nil }
        return urgent ?? state.withLock { $0.takeAll() }
    }
}

extension Mailbox.State {
    fileprivate mutating func takeAll() -> [Event] {
        defer { self = Self() }
        return waiting
    }
}
