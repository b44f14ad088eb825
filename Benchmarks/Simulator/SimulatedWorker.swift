import DequeModule

/// A worker as the simulator sees it.
struct SimulatedWorker {
    /// Seconds that it takes for one second's cost.
    let slowness: Double
    let slots: Int
    var isAlive = true
    /// Given to it and on the way.
    var coming = 0
    /// Deliveries that it may have besides.
    var credit = 0
    /// Answered, and not yet acknowledged.
    var answering = 0
    /// What its latest fragment took, in seconds.
    var pace = 0.0
    var waiting = Deque<SimulatedMessage>()
    var running: [SimulatedMessage] = []
    var isRunningAlone = false

    var held: Int { credit + coming + waiting.count + running.count + answering }

    /// As that of a real one: nothing waits where a slot is busy for long.
    var prefetch: Int { slots * (pace > 0.4 ? 1 : 2) }

    var hasRoom: Bool {
        guard !isRunningAlone, running.count < slots, let next = waiting.first else { return false }
        return !next.isAlone || running.isEmpty
    }
}
