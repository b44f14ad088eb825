import AMQP
import DequeModule

/// What becomes of fragments that are not to be run, or not to their end.
extension FragmentQueue {
    /// The job is over: what runs of it is stopped, what waits is returned, to be answered unrun.
    mutating func cancel(_ job: JobID) -> [Delivery] {
        if !cancelled.contains(job) { cancelled.append(job) }
        if cancelled.count > Self.jobsKept { cancelled.removeFirst() }
        stopRunning { $0.id.job == job }
        let name = ShortString(job.description)
        return removeAll { $0.message.correlationID == name }
    }

    /// The fragment was answered elsewhere: if it runs it is stopped, if it waits it is returned, to be answered unrun.
    mutating func recall(_ fragment: FragmentID) -> [Delivery] {
        stopRunning { $0.id == fragment }
        let name = ShortString(fragment.bytes)
        return removeAll { $0.message.messageID == name }
    }

    /// The connection that brought them is gone, and the broker gives them to somebody else.
    mutating func forgetAll() {
        _ = removeAll { _ in true }
        answered.removeAll()
        kept.removeAll()
        fetched.removeAll()
    }

    /// No further fragment is begun; what was not started is returned, to be given back.
    mutating func drain() -> [Delivery] {
        isDraining = true
        // Executors are asked for what they have not begun.
        for wakeUp in slots.values { wakeUp.signal() }
        return removeAll { _ in true }
    }

    /// The slots end; what runs is told to stop.
    mutating func stop() {
        isStopped = true
        for running in running.values { running.cancellation.cancel() }
        for wakeUp in slots.values { wakeUp.signal() }
    }

    /// Asks what runs to leave.
    ///
    /// - Returns: How many fragments that were.
    @discardableResult
    func stopRunning(where matches: (Held) -> Bool) -> Int {
        let stopped = running.values.filter { matches($0.held) }
        for running in stopped {
            running.cancellation.cancel()
            running.wakeUp?.signal()
        }
        return stopped.count
    }

    private mutating func removeAll(where matches: (Delivery) -> Bool) -> [Delivery] {
        var removed = waiting.filter(matches)
        waiting.removeAll(where: matches)
        removed += fetches.removeAll(where: matches)
        for (address, state) in addresses {
            guard case .probing(let parked) = state else { continue }
            removed += parked.filter(matches)
            addresses[address] = .probing(parked.filter { !matches($0) })
        }
        for delivery in removed { fetched[delivery.tag] = nil }
        return Array(removed)
    }
}
