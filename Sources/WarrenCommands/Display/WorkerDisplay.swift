import AMQP
import Warren

/// A worker's log for people: a line for what matters, on standard error, by a thread of its own.
final class WorkerDisplay: Sendable {
    private let mailbox = Mailbox<(line: String, done: (@Sendable () -> Void)?)>()
    /// How many messages were told to be senseless.
    private let undecodable = Monitor(0)

    /// No more of those than this are told one by one.
    private static let mostUndecodable = 20

    init() {
        let mailbox = mailbox
        Thread.start("warren-display") {
            var standardError = StandardError()
            while true {
                for (line, done) in mailbox.take(until: nil) {
                    if !line.isEmpty { print("\(Terminal.clock) \(line)", to: &standardError) }
                    done?()
                }
            }
        }
    }

    func show(_ event: WorkerEvent) {
        if case .undecodable = event {
            let count = undecodable.withLock { count in
                count += 1
                return count
            }
            guard count <= Self.mostUndecodable else {
                guard count == Self.mostUndecodable + 1 else { return }
                return mailbox.post(("rejecting more, to the dead letters: see “warren dead list”", nil))
            }
        }
        mailbox.post((Self.line(event), nil))
    }

    /// Returns when everything has been shown.
    func flush() {
        let shown = Monitor(false)
        mailbox.post(
            (
                "",
                {
                    shown.withLock { $0 = true }
                    shown.signal()
                }
            )
        )
        _ = shown.wait(until: .now + .seconds(2)) { $0 ? true : nil }
    }

    private static func line(_ event: WorkerEvent) -> String {
        switch event {
        case .connected(let broker, let pool, let slots):
            "ready: \(Rendering.count(slots, "slot")) for pool \(pool) at \(broker)"
        case .connectionLost(let reason): "\(reason); connecting again"
        case .connectionRestored: "connected again"
        case .blocked(let reason): "the broker takes no answers for now: \(reason); waiting"
        case .unblocked: "the broker takes answers again"
        case .redelivered(let id, let times):
            "redelivered to me: \(id), given to \(times == 1 ? "another worker" : "\(times) others") before"
        case .suspect(let id): "suspect: \(id) may have taken workers down; asking to run it alone"
        case .failed(let id, let attempt, let reason): "attempt \(attempt) of \(id) failed: \(reason)"
        case .refused(let id, let reason): "refused \(id): \(reason)"
        case .undecodable(let reason): "rejected, to the dead letters: \(reason)"
        case .executorFailed(let reason): "no executor: \(reason); starting another"
        case .gaveUp(let running):
            "stopping at once: \(Rendering.count(running, "fragment")) took longer than --drain-timeout allows"
        case .cancelled(let job): "job \(job) was cancelled"
        case .forgotten(let fragments, let reason):
            "forgot \(Rendering.count(fragments, "fragment")): \(reason)"
        case .began(let job, let kind): "job \(job) (\(kind)): first fragment"
        case .summary(let job, let kind, let fragments, let units, let duration):
            """
            job \(job) (\(kind)): \(Rendering.count(fragments, "fragment")), \
            \(Rendering.rate(Double(units) / duration.seconds)) units/s
            """
        case .storeFailed(let reason): "\(reason); sending the answer in parts"
        case .yielded(let fragments):
            "nothing ends here: \(Rendering.count(fragments, "fragment")) that waited may run elsewhere"
        case .draining(let running, let givenBack):
            """
            stopping: finishing \(Rendering.count(running, "fragment")), \
            gave \(givenBack) back; once more to stop at once
            """
        case .stopped(let done, let buried):
            "stopped after \(Rendering.count(done, "fragment"))"
                + (buried > 0 ? "; \(Rendering.count(buried, "message")) went to the dead letters" : "")
        }
    }
}
