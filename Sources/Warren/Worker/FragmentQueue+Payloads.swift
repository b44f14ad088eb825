import AMQP

/// Payloads that come after their fragments.
extension FragmentQueue {
    /// What is to be asked for now, each with whom to ask.
    ///
    /// - Parameter mayRun: Whether this worker would run a fragment: it need not be fetched for less.
    /// - Returns: Also whether there are some that slots can settle as they are.
    mutating func requests(
        from address: ShortString,
        at now: Instant,
        mayRun: (FragmentMessage) -> Bool
    ) -> (requests: [(request: BodyRequest, to: ShortString)], areSome: Bool) {
        guard !fetches.isEmpty else { return ([], false) }
        var areSome = false
        while let next = fetches.next(besides: fetched.values.reduce(0, +)) {
            if let fragment = try? FragmentMessage(next.message), !fragment.isSuspect(in: next),
                !cancelled.contains(fragment.id.job), mayRun(fragment)
            {
                fetches.begin(next)
            } else {
                waiting.append(next)
                areSome = true
            }
        }
        return (fetches.requests(for: address, at: now), areSome)
    }

    /// Something came of what was asked for.
    ///
    /// - Returns: Whether there is something to run, or what nobody has a payload for any more.
    mutating func received(
        _ message: Message,
        at now: Instant
    ) throws(WarrenError) -> (isReady: Bool, gone: Delivery?) {
        isReceiving = true
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
