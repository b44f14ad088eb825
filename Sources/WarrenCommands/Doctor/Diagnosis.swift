import AMQP
import Warren

/// What is to be thought of an examination: a finding for each check, in the order in which they are shown.
struct Diagnosis {
    let examination: Examination
    let probe: BrokerProbe

    static func findings(of examination: Examination) -> [Finding] {
        switch examination.probe {
        case .success(let probe):
            let diagnosis = Diagnosis(examination: examination, probe: probe)
            return diagnosis.broker + diagnosis.topology + diagnosis.limits + diagnosis.resources
                + diagnosis.workers
        case .failure(let error):
            let fix =
                switch error.code {
                case .unreachable: "see that it runs, and that address, port and firewall are right"
                case .vhostNotFound:
                    "rabbitmqctl add_vhost '\(examination.endpoint.vhost)', and give the user permissions there"
                case .accessRefused:
                    "check user and password; “guest” is let in from the broker's own machine only"
                default: "look at the broker's log"
                }
            return [.problem(.reachable, error.message, fix: fix)]
        }
    }

    // MARK: the broker

    private var broker: [Finding] {
        let milliseconds = Int(probe.login / .milliseconds(1))
        return [
            .ok(.reachable, "\(examination.endpoint) let us in within \(milliseconds) ms"), version, flags,
            permissions,
        ]
    }

    /// The first two numbers of the broker's version.
    var series: (major: Int, minor: Int)? {
        let parts = (probe.version ?? "").split(separator: ".").prefix(2).compactMap { Int($0) }
        return parts.count == 2 ? (parts[0], parts[1]) : nil
    }

    private var version: Finding {
        guard let series, let version = probe.version else {
            return .unknown(
                .version,
                "the broker does not say",
                how: "see that it is RabbitMQ: rabbitmqctl version"
            )
        }
        if series < (3, 10) {
            return .problem(.version, "RabbitMQ \(version) is older than 3.10", fix: "upgrade the broker")
        }
        guard series < (5, 0) else {
            return .warning(
                .version,
                "RabbitMQ \(version) is newer than what Warren is tested with, 3.10 and 4.0",
                fix: "run a small job and kill its worker before you trust it"
            )
        }
        return .ok(.version, "RabbitMQ \(version)")
    }

    private var flags: Finding {
        examination.facts.flags.finding(.featureFlags) { flags in
            let off = flags.filter { $0.stability != "experimental" && $0.state != "enabled" }.map(\.name)
            guard !off.isEmpty else { return .ok(.featureFlags, "all stable flags are on") }
            let names = off.sorted().joined(separator: ", ")
            let fix = "rabbitmqctl enable_feature_flag all"
            guard !off.contains("quorum_queue") else {
                return .problem(
                    .featureFlags,
                    "off: \(names); without quorum_queue no work queue can be",
                    fix: fix
                )
            }
            return .warning(.featureFlags, "off: \(names)", fix: fix)
        }
    }

    private var permissions: Finding {
        let endpoint = examination.endpoint
        let user = endpoint.user
        let fitting = AccountRole.allCases.filter { probe.missing[$0]?.isEmpty == true }
        let lacking = AccountRole.allCases.filter { probe.missing[$0]?.isEmpty == false }
        let reasons = lacking.map { role in
            let rights = (probe.missing[role] ?? []).map { "\($0.permission) on the \($0.kind) \($0.name)" }
            return "to be \(role.rawValue) it lacks \(rights.joined(separator: ", "))"
        }
        guard !fitting.isEmpty else {
            let grants = lacking.map { $0.grant(to: user, on: endpoint.vhost) }
            return .problem(
                .permissions,
                "“\(user)”: " + reasons.joined(separator: "; "),
                fix: "let an operator of the broker run" + (grants.count > 1 ? " one of these\n" : "\n")
                    + grants.joined(separator: "\n")
            )
        }
        let roles = fitting.map(\.rawValue).joined(separator: ", ")
        let what = (["“\(user)” may be: \(roles)"] + reasons).joined(separator: "; ")
        let missingItems = probe.items.filter { if case .missing = $0.state { true } else { false } }
        if fitting.contains(.operator), !missingItems.isEmpty {
            let names = missingItems.map { "\($0.item)" }.joined(separator: ", ")
            return .unknown(
                .permissions,
                "\(what), as far as it was tried: whether it may declare \(names) shows only by doing so",
                how: "run “warren setup”, then this again"
            )
        }
        return .ok(.permissions, what)
    }
}
