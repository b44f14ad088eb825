import AMQP

/// Payloads that come after their fragments.
extension FragmentQueue {
    /// What is to be asked for now, each with whom to ask.
    mutating func requests(
        from address: ShortString,
        at now: Instant
    ) -> [(request: BodyRequest, to: ShortString)] {
        guard !fetches.isEmpty else { return [] }
        let (again, lost) = fetches.overdue(for: address, at: now)
        // Their coordinator is silent, not gone: in the end it is its to say what becomes of them.
        for delivery in lost { fetches.append(delivery) }
        var requests = again
        while let next = fetches.next(besides: fetched.values.reduce(0, +)) {
            requests.append((fetches.begin(next, for: address, at: now), next.message.replyTo))
        }
        return requests
    }

    /// Something came of what was asked for.
    ///
    /// - Returns: Whether there is something to run, or what nobody has a payload for any more.
    mutating func received(
        _ message: Message,
        at now: Instant
    ) throws(WarrenError) -> (isReady: Bool, gone: Delivery?) {
        switch try fetches.receive(message, at: now) {
        case .whole(let delivery):
            fetched[delivery.tag] = delivery.message.body.count
            waiting.append(delivery)
            return (true, nil)
        case .gone(let delivery): return (false, delivery)
        case nil: return (false, nil)
        }
    }
}
