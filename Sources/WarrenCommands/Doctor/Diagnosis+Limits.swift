import AMQP
import Warren

/// How long a fragment may take, and how large an answer may be.
extension Diagnosis {
    var limits: [Finding] { [acknowledgementTimeout, largestMessage] }

    /// What Warren's queues ask for, in milliseconds.
    private static let wanted = 604_800_000

    private var acknowledgementTimeout: Finding {
        guard let series else {
            return .unknown(
                .acknowledgementTimeout,
                "it depends on the broker's version",
                how: "see “version”"
            )
        }
        // Before that, only the node's setting counts.
        guard series >= (3, 12) else {
            return examination.facts.consumerTimeout.finding(.acknowledgementTimeout) { node in
                judge(
                    node,
                    fix: "consumer_timeout = \(Self.wanted) in the broker's rabbitmq.conf, and restart it"
                )
            }
        }
        return examination.facts.workQueue.finding(.acknowledgementTimeout) { queue in
            guard let policy = queue.policy else {
                return .unknown(
                    .acknowledgementTimeout,
                    "the broker has not counted yet",
                    how: "ask again in five seconds"
                )
            }
            // The lower one counts; the node's own only if there is neither.
            let limits = [
                Self.number(queue.arguments["x-consumer-timeout"]), Self.number(policy["consumer-timeout"]),
            ].compactMap(\.self)
            guard let limit = limits.min() else {
                return .warning(
                    .acknowledgementTimeout,
                    "the work queue asks for none, so the node's counts: 30 minutes unless changed",
                    fix: Topology.workQueue(of: examination.pool).remedy(on: examination.endpoint.vhost)
                )
            }
            return judge(
                limit,
                fix:
                    "take consumer-timeout out of the policies that match warren.work… (rabbitmqctl list_policies)"
            )
        }
    }

    /// - Parameter milliseconds: 0 for none.
    private func judge(_ milliseconds: Int, fix: String) -> Finding {
        let check = Finding.Check.acknowledgementTimeout
        guard milliseconds > 0 else { return .ok(check, "none") }
        let limit = Duration.milliseconds(milliseconds)
        let days = milliseconds / 86_400_000
        let text = days > 2 ? "\(days) days" : Rendering.seconds(Double(milliseconds) / 1000)
        guard let timeLimit = examination.timeLimit else {
            guard milliseconds < Self.wanted else { return .ok(check, "\(text)") }
            return .warning(
                check,
                "\(text), less than the 7 days that Warren asks for; a fragment must not take longer, waiting at the worker included",
                fix: "\(fix); or keep fragments short, and give this command the --timeout of your jobs"
            )
        }
        let wanted = Rendering.seconds(timeLimit / .seconds(1))
        if timeLimit > limit {
            return .problem(check, "\(text), and an attempt may take \(wanted)", fix: fix)
        }
        // It counts from when the worker was given the fragment, which may wait for one before it.
        guard timeLimit * 2 > limit else { return .ok(check, "\(text), and an attempt may take \(wanted)") }
        return .warning(
            check,
            "\(text), and an attempt may take \(wanted): with another that waits behind it at the worker, too long",
            fix: "\(fix); or start workers with --prefetch 1"
        )
    }

    private var largestMessage: Finding {
        let check = Finding.Check.largestMessage
        if case .success(let call) = examination.call, let reason = call.blocked {
            return .unknown(check, "the broker takes none at all: \(reason)", how: "see “alarms”")
        }
        return examination.facts.largestMessage.finding(check) { limit in
            let size = Rendering.size(limit)
            guard limit < Examination.largestMessage else {
                return .ok(check, "the broker takes messages of \(size)")
            }
            return .problem(
                check,
                "the broker takes no message above \(size)",
                fix: "max_message_size = 16777216 in the broker's rabbitmq.conf, and restart it"
            )
        }
    }
}
