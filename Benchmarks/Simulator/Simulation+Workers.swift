import DequeModule
import Warren

/// The broker and the workers.
extension Simulation {
    /// Gives out what waits, as long as somebody may have more.
    mutating func deliver() {
        while !queue.isEmpty, let worker = hungry.popFirst() {
            workers[worker].credit -= 1
            guard workers[worker].isAlive, let message = queue.popFirst() else { continue }
            workers[worker].coming += 1
            foresee(.delivered(message, worker: worker), in: scenario.hop)
        }
    }

    /// Lets a worker have as much as it may.
    mutating func replenish(_ worker: Int) {
        while workers[worker].isAlive, workers[worker].held < workers[worker].prefetch {
            workers[worker].credit += 1
            hungry.append(worker)
        }
        deliver()
    }

    mutating func delivered(_ message: SimulatedMessage, to worker: Int) {
        guard workers[worker].isAlive else { return giveBack([message]) }
        workers[worker].coming -= 1
        if message.deliveries > 0 { report.redelivered += 1 }
        if message.isAlone, message.deliveries >= 1 { return answer(message, by: worker, .diedAlone) }
        if message.deliveries >= 2 { return answer(message, by: worker, .suspect) }
        workers[worker].waiting.append(message)
        start(on: worker)
    }

    private mutating func start(on worker: Int) {
        while workers[worker].hasRoom, let message = workers[worker].waiting.popFirst() {
            workers[worker].running.append(message)
            workers[worker].isRunningAlone = message.isAlone
            let cost = scenario.seconds(of: message.range)
            let seconds = cost * workers[worker].slowness
            foresee(.finished(message, worker: worker, seconds: seconds), in: seconds)
        }
    }

    mutating func finished(_ message: SimulatedMessage, on worker: Int, _ seconds: Double) {
        guard workers[worker].isAlive,
            let index = workers[worker].running.firstIndex(where: { $0.number == message.number })
        else { return }
        workers[worker].running.remove(at: index)
        workers[worker].isRunningAlone = false
        stretches.append((now - seconds, now))
        workers[worker].pace = seconds
        answer(message, by: worker, .done(seconds: seconds))
        start(on: worker)
    }

    private mutating func answer(
        _ message: SimulatedMessage,
        by worker: Int,
        _ outcome: LedgerEvent.Outcome
    ) {
        workers[worker].answering += 1
        foresee(.answered(message, worker: worker, outcome), in: scenario.hop)
        // Once the broker has confirmed the answer.
        foresee(.acknowledged(worker: worker), in: scenario.hop)
    }

    mutating func die(_ worker: Int) {
        guard workers[worker].isAlive else { return }
        workers[worker].isAlive = false
        losses.append((now, Double(workers[worker].slots) / workers[worker].slowness))
        giveBack(workers[worker].running + workers[worker].waiting)
        workers[worker].running = []
        workers[worker].waiting = []
    }

    /// What is answered elsewhere is left: what waits at once, what runs at its next chance.
    mutating func recall(_ range: UnitRange) {
        for worker in workers.indices where workers[worker].isAlive {
            let unwanted = (workers[worker].running + workers[worker].waiting).filter { $0.range == range }
            for message in unwanted {
                workers[worker].running.removeAll { $0.number == message.number }
                workers[worker].waiting.removeAll { $0.number == message.number }
                answer(message, by: worker, .dropped)
            }
            if !unwanted.isEmpty { start(on: worker) }
        }
    }

    private mutating func giveBack(_ messages: [SimulatedMessage]) {
        for message in messages.reversed() {
            var message = message
            message.deliveries += 1
            queue.prepend(message)
        }
        deliver()
    }
}
