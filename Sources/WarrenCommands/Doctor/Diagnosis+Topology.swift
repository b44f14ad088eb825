import AMQP
import Warren

/// What is declared: exchanges, queues, policies, dead letters.
extension Diagnosis {
    var topology: [Finding] {
        [
            finding(.exchanges) { if case .exchange = $0.kind { true } else { false } },
            workQueue,
            finding(.deadLetterQueue) { $0.name == WireNames.deadQueue && !Self.isExchange($0) },
            policies, deliveryLimit, deadLetters,
        ]
    }

    private static func isExchange(_ item: TopologyItem) -> Bool {
        if case .exchange = item.kind { true } else { false }
    }

    var setup: String {
        "warren setup" + (examination.pool == .default ? "" : " --pool \(examination.pool)")
    }

    /// The worst of the items that are meant.
    private func finding(_ check: Finding.Check, _ isMeant: (TopologyItem) -> Bool) -> Finding {
        let items = probe.items.filter { isMeant($0.item) }
        var missing: [String] = []
        var unknown: AMQPError?
        for (item, state) in items {
            switch state {
            case .different(let error):
                return .problem(check, error.message, fix: item.remedy(on: examination.endpoint.vhost))
            case .missing: missing.append("\(item)")
            case .unknown(let error): unknown = error
            case .equal: break
            }
        }
        let names = items.map { "\($0.item.name)" }.joined(separator: ", ")
        guard missing.isEmpty else {
            return .warning(
                check,
                "not there: \(missing.joined(separator: ", "))",
                fix: "\(setup); or start a worker whose account may declare it"
            )
        }
        if let unknown {
            return .unknown(
                check,
                "\(names): there, but what it was declared with the broker tells to those only who may declare it: \(unknown)",
                how: "use the account of an operator"
            )
        }
        return .ok(check, "\(names): as Warren declares \(items.count > 1 ? "them" : "it")")
    }

    /// By its arguments if they are known: the broker compares some only.
    private var workQueue: Finding {
        let item = Topology.workQueue(of: examination.pool)
        guard let queue = examination.facts.workQueue.value, case .queue(let wanted, _, _) = item.kind else {
            return finding(.workQueue) { $0.name == item.name }
        }
        let differences = wanted.compactMap { name, value -> String? in
            let wanted = Self.text(value)
            let found = queue.arguments[name]?.description ?? "nothing"
            return found == wanted ? nil : "\(name) is \(found), not \(wanted)"
        }
        guard differences.isEmpty else {
            return .problem(
                .workQueue,
                "\(item.name) was declared otherwise: \(differences.joined(separator: "; "))",
                fix: item.remedy(on: examination.endpoint.vhost)
            )
        }
        return .ok(.workQueue, "\(item.name): all arguments are as Warren declares them")
    }

    private static func text(_ value: Headers.Value) -> String {
        switch value {
        case .bool(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .string(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }

    /// What a policy changes for the worse, apart from what has a finding of its own; nil if it does not. Of two sizes the
    /// lower counts, and the queue's own dead-letter exchange.
    private static func harm(_ key: String, _ value: JSONValue) -> String? {
        switch key {
        case "message-ttl": "fragments that wait go to the dead letters"
        case "expires": "the queue goes when nobody uses it"
        case "max-length": "the broker refuses fragments above that"
        case "max-length-bytes" where number(value).map { $0 < 4 << 30 } ?? true:
            "the broker refuses fragments above that"
        case "overflow" where value != .string("reject-publish"): "fragments may be dropped"
        default: nil
        }
    }

    private var policies: Finding {
        policy(.policies) { policy in
            let found = policy.sorted { $0.key < $1.key }.compactMap { key, value in
                Self.harm(key, value).map { "\(key) is \(value): \($0)" }
            }
            guard !found.isEmpty else { return .ok(.policies, "none that harms") }
            return .problem(
                .policies,
                "on the work queue: \(found.joined(separator: "; "))",
                fix:
                    "rabbitmqctl list_policies -p '\(examination.endpoint.vhost)', and keep it from matching warren.work…"
            )
        }
    }

    private func policy(_ check: Finding.Check, _ body: ([String: JSONValue]) -> Finding) -> Finding {
        examination.facts.workQueue.finding(check) { queue in
            guard let policy = queue.policy else {
                return .unknown(check, "the broker has not counted yet", how: "ask again in five seconds")
            }
            return body(policy)
        }
    }

    private var deliveryLimit: Finding {
        policy(.deliveryLimit) { policy in
            // The lower one counts.
            let limits = [
                Self.number(examination.facts.workQueue.value?.arguments["x-delivery-limit"]),
                Self.number(policy["delivery-limit"]),
            ]
            guard let limit = limits.compactMap(\.self).min() else {
                return .problem(.deliveryLimit, "the work queue has none of its own", fix: setup)
            }
            guard limit < 20 else { return .ok(.deliveryLimit, "a fragment may be given out \(limit) times") }
            return .problem(
                .deliveryLimit,
                "a fragment may be given out \(limit) times only; Warren declares 20",
                fix:
                    "take delivery-limit out of the policies that match warren.work… (rabbitmqctl list_policies), or declare the queue anew"
            )
        }
    }

    static func number(_ value: JSONValue?) -> Int? {
        switch value {
        case .integer(let number): Int(number)
        case .unsigned(let number): Int(clamping: number)
        default: nil
        }
    }

    private var deadLetters: Finding {
        guard let count = probe.deadLetters else {
            return .unknown(.deadLetters, "there is no queue for them yet", how: setup)
        }
        guard count > 0 else { return .ok(.deadLetters, "none") }
        return .warning(
            .deadLetters,
            "\(Rendering.count(count, "message")) in warren.dead",
            fix: "“warren dead list” says which and why; “warren dead purge” removes them"
        )
    }
}
