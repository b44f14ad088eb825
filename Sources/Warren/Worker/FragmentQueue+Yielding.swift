import AMQP
import DequeModule

/// What waits here while nothing comes to an end, and could run on another worker.
extension FragmentQueue {
    /// So many looks without any end in between, and what waits had better run elsewhere.
    private static let quietLooks = 2

    /// Notes that somebody looks from now on whether what waits gets on.
    ///
    /// - Returns: False if nothing waits, or somebody looks already.
    mutating func beginLooking() -> Bool {
        guard !isLookedAfter, !waiting.isEmpty || !fetches.isEmpty else { return false }
        isLookedAfter = true
        endedAtLook = ended
        quietLooks = 0
        return true
    }

    /// Whether what waits has got on since the last look.
    ///
    /// - Returns: What is to be yielded; nil once nothing waits any more, and nobody needs to look.
    mutating func look() -> (yielded: [Delivery], mustAdapt: Bool)? {
        let isAnyAhead = running.values.contains(where: \.isAhead)
        guard !isDraining, !isStopped, !waiting.isEmpty || !fetches.isEmpty || isAnyAhead else {
            isLookedAfter = false
            return nil
        }
        let isQuiet = ended == endedAtLook && !isReceiving && (!running.isEmpty || isHoldingTooMuch)
        isReceiving = false
        quietLooks = isQuiet ? quietLooks + 1 : 0
        endedAtLook = ended
        guard quietLooks >= Self.quietLooks else { return ([], false) }
        isStalled = true
        // What waits in executors comes back here, and goes at the next look.
        for wakeUp in slots.values { wakeUp.signal() }
        // What is to run alone waits for everything to end, here as anywhere; and what another worker had, and may have
        // died of, would be published as if it had not.
        func mayGo(_ delivery: Delivery) -> Bool {
            !FragmentMessage.isAlone(delivery.message) && !delivery.isRedelivered
        }
        let yielded = Array(waiting.filter(mayGo)) + fetches.removeQueued(where: mayGo)
        waiting.removeAll(where: mayGo)
        for delivery in yielded { fetched[delivery.tag] = nil }
        return (yielded, pace.stalled())
    }

    /// Keeps a delivery unacknowledged until something ends here, so that its consumer is given no other in its place.
    mutating func keep(_ tag: DeliveryTag) { kept.insert(tag) }

    /// Takes all that has been answered and not acknowledged.
    mutating func takeAnswered() -> [DeliveryTag] {
        defer { answered.removeAll() }
        return answered
    }

    /// Something has ended, so there is room again.
    mutating func getsOn() {
        ended += 1
        isStalled = false
        guard !kept.isEmpty else { return }
        answered += kept.filter { answering[$0] == nil }
        kept.removeAll()
    }
}
