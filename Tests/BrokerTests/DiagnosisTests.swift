import AMQP
import Testing

@testable import Warren
@testable import WarrenCommands

/// What the doctor thinks of brokers that no test can have: no I/O.
@Suite struct DiagnosisTests {
    private typealias Check = WarrenCommands.Finding.Check
    private typealias Status = WarrenCommands.Finding.Status

    private static func examination(version: String? = "4.0.5", facts: BrokerFacts) -> Examination {
        let probe = BrokerProbe(version: version, login: .zero, items: [], missing: [:])
        return Examination(
            endpoint: AMQPEndpoint(host: "h", user: "u", password: "p"),
            pool: .default,
            role: nil,
            timeLimit: nil,
            probe: .success(probe),
            call: .failure(AMQPError(.notFound, "nobody was asked")),
            facts: facts
        )
    }

    private static func status(of check: Check, _ examination: Examination) throws -> Status {
        try #require(Diagnosis.findings(of: examination).first { $0.check == check }).status
    }

    private static var noFacts: BrokerFacts { .unknown(why: "nobody was asked", how: "ask") }

    @Test(arguments: [
        ("3.9.29", "problem"), ("3.10.0", "ok"), ("4.3.1", "ok"), ("5.0.0", "warning"), (nil, "unknown"),
        ("new", "unknown"),
    ])
    func versionIsJudged(version: String?, status: String) throws {
        let examination = Self.examination(version: version, facts: Self.noFacts)
        #expect(try Self.status(of: .version, examination).rawValue == status)
    }

    @Test(arguments: [
        (["quorum_queue"], "problem"), (["stream_queue"], "warning"), ([], "ok"),
    ])
    func flagsThatAreOffAreFound(off: [String], status: String) throws {
        var facts = Self.noFacts
        typealias Flag = BrokerFacts.FeatureFlag
        let on = Flag(name: "user_limits", state: "enabled", stability: "stable")
        let trial = Flag(name: "khepri_db", state: "disabled", stability: "experimental")
        facts.flags = .known(
            [on, trial] + off.map { Flag(name: $0, state: "disabled", stability: "stable") }
        )
        #expect(try Self.status(of: .featureFlags, Self.examination(facts: facts)).rawValue == status)
    }

    /// In GiB: what is free, and where the broker stops.
    @Test(arguments: [
        (100.0, 1.0, false, "ok"), (1.5, 1.0, false, "warning"), (0.5, 1.0, false, "problem"),
        (100.0, 1.0, true, "problem"), (nil, nil, nil, "unknown"),
    ])
    func worstNodeCounts(free: Double?, limit: Double?, alarm: Bool?, status: String) throws {
        let gibibyte = 1_073_741_824.0
        func node(_ name: String, _ free: Double?, _ limit: Double?, _ alarm: Bool?) -> BrokerFacts.Node {
            BrokerFacts.Node(
                name: name,
                running: true,
                memoryUsed: 1,
                memoryLimit: 10,
                memoryAlarm: false,
                diskFree: free.map { $0 * gibibyte },
                diskLimit: limit.map { $0 * gibibyte },
                diskAlarm: alarm
            )
        }
        var facts = Self.noFacts
        facts.nodes = .known([node("one", 100, 1, false), node("two", free, limit, alarm)])
        let examination = Self.examination(facts: facts)
        #expect(try Self.status(of: .disk, examination).rawValue == status)
        #expect(try Self.status(of: .memory, examination) == .ok)
        #expect(try Self.status(of: .alarms, examination) == (alarm == true ? .problem : .ok))
    }

    /// What the broker makes of them was looked up in the queues' processes, on 3.10 and 4.0.
    @Test(arguments: [
        ("message-ttl", JSONValue.integer(1000), false), ("expires", .integer(1000), false),
        ("max-length", .integer(10), false), ("max-length-bytes", .integer(1 << 20), false),
        ("max-length-bytes", .integer(8 << 30), true), ("overflow", .string("drop-head"), false),
        ("overflow", .string("reject-publish"), true), ("dead-letter-exchange", .string("mine"), true),
        ("queue-leader-locator", .string("balanced"), true),
    ])
    func policyIsJudgedByWhatItDoes(name: String, value: JSONValue, isFine: Bool) throws {
        var facts = Self.noFacts
        facts.workQueue = .known(BrokerFacts.Queue(arguments: [:], policy: [name: value]))
        let status = try Self.status(of: .policies, Self.examination(facts: facts))
        #expect(status == (isFine ? .ok : .problem))
    }

    @Test func nothingIsCalledFineThatWasNotSeen() throws {
        let findings = Diagnosis.findings(of: Self.examination(facts: Self.noFacts))
        let unseen: [Check] = [
            .featureFlags, .policies, .deliveryLimit, .deadLetters, .acknowledgementTimeout, .largestMessage,
            .alarms, .memory, .disk, .workers, .workerVersions, .clocks,
        ]
        for check in unseen {
            let finding = try #require(findings.first { $0.check == check })
            #expect(finding.status == .unknown, "\(finding)")
            #expect(finding.fix != nil)
        }
    }

    /// Only what is surely off counts: a slow answer says little about the clock.
    @Test func uncertaintyOfAClockIsNoSkew() {
        let report = WorkerReport.idle("w", now: 103)
        #expect(WorkerSighting(report: report, asked: 98, came: 104).skew == 0)
        #expect(WorkerSighting(report: report, asked: 98, came: 98.5).skew > 4)
        #expect(WorkerSighting(report: .idle("w", now: nil), asked: 98, came: 99).clockAhead == nil)
    }
}
