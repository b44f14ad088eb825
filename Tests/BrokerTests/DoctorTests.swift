import AMQP
import Foundation
import Testing

@testable import Warren
@testable import WarrenCommands

/// `warren doctor` finds what is wrong, and calls nothing fine that it has not seen.
@Suite(.serialized, .takingTurns) struct DoctorTests {
    /// A virtual host of its own, set up, and an operator there.
    private static func withHost(
        _ body: (WarrenScope, TestBroker, _ vhost: String, _ url: String) async throws -> Void
    ) async throws {
        let broker = try await TestBroker.shared
        let vhost = try await broker.freshVhost()
        let account = try await TestAccount.make(.operator, on: vhost, at: broker)
        try await withWarren(broker) { warren in
            #expect(try await warren.start("setup", "--broker", account.url).exit() == .exited(0))
            try await body(warren, broker, vhost, account.url)
        }
    }

    @Test func brokerThatIsWellIsCalledSo() async throws {
        try await Self.withHost { warren, broker, vhost, url in
            let hand = try await TestAccount.make(.worker, on: vhost, at: broker)
            let worker = try warren.start("worker", "--name", "w", "--slots", "3", "--broker", hand.url)
            try await worker.line(containing: "ready")
            let (report, end) = try await warren.doctor(url, as: broker)
            #expect(end == .exited(0))
            #expect(report.findings.map(\.check) == WarrenCommands.Finding.Check.allCases.map(\.rawValue))
            // How much disk is left is not the test's.
            for finding in report.findings where finding.check != "disk" {
                #expect(finding.status == "ok", "\(finding)")
                #expect(!finding.why.isEmpty && finding.fix == nil)
            }
            #expect(try report.of(.workers).what == "1 worker with 3 slots in pool default")
            #expect(!report.broker.contains("secret"))

            let text = try warren.start("doctor", "--broker", url)
            #expect(try await text.exit() == .exited(0))
            #expect(text.output.contains("ok       reachable"))
            #expect(text.output.contains("give --management http://"))
        }
    }

    /// Each of these only operators are told.
    @Test func whatCannotBeSeenIsUnknownAndNoProblem() async throws {
        try await Self.withHost { warren, _, _, url in
            let (report, end) = try await warren.doctor(url)
            #expect(end == .exited(0))
            for check: WarrenCommands.Finding.Check in [
                .featureFlags, .policies, .deliveryLimit, .acknowledgementTimeout, .memory, .disk,
            ] {
                let finding = try report.of(check)
                #expect(finding.status == "unknown")
                #expect(finding.fix?.contains("--management") == true)
            }
            // These it finds out by itself.
            for check: WarrenCommands.Finding.Check in [.workQueue, .alarms, .largestMessage, .permissions] {
                #expect(try report.of(check).status == "ok")
            }
            #expect(try report.of(.workers).status == "warning")
            #expect(try report.of(.workerVersions).status == "unknown")
        }
    }

    @Test func brokerWhereNothingIsDeclaredIsToBeSetUp() async throws {
        let broker = try await TestBroker.shared
        let vhost = try await broker.freshVhost()
        let account = try await TestAccount.make(.operator, on: vhost, at: broker)
        try await withWarren(broker) { warren in
            let (report, end) = try await warren.doctor(account.url, "--pool", "p", as: broker)
            #expect(end == .exited(0))
            #expect(try report.of(.workQueue).status == "warning")
            #expect(try report.of(.workQueue).fix?.contains("warren setup --pool p") == true)
            // Whether it may declare what is not there, nobody knows.
            #expect(try report.of(.permissions).status == "unknown")
            // It has changed nothing.
            let again = try warren.start("setup", "--pool", "p", "--broker", account.url)
            #expect(try await again.exit() == .exited(0))
            #expect(!again.output.contains("there already"))
        }
    }

    @Test func unreachableBrokerIsAProblem() async throws {
        try await withWarren(nil) { warren in
            let (report, end) = try await warren.doctor("amqp://127.0.0.1:1")
            #expect(end == .exited(1))
            #expect(report.findings.count == 1)
            #expect(try report.of(.reachable).what.contains("no broker answers"))
        }
    }

    // MARK: queues

    @Test func queueWithOtherArgumentsIsFoundAndSetupSaysWhatToDo() async throws {
        let broker = try await TestBroker.shared
        let vhost = try await broker.freshVhost()
        let account = try await TestAccount.make(.operator, on: vhost, at: broker)
        // Without dead letters, so that no right is missing to declare it.
        try await broker.declareWrongly(
            [
                ("x-queue-type", .string(Array("quorum".utf8))), ("x-delivery-limit", .integer(2)),
                ("x-consumer-timeout", .integer(60_000)),
            ],
            at: account.url
        )
        try await withWarren(broker) { warren in
            let setup = try warren.start("setup", "--broker", account.url)
            #expect(try await setup.exit() == .exited(2))
            #expect(setup.tail.contains("rabbitmqctl -p '\(vhost)' delete_queue 'warren.work.default'"))

            let (alone, end) = try await warren.doctor(account.url)
            #expect(end == .exited(1))
            #expect(try alone.of(.workQueue).status == "problem")
            #expect(try alone.of(.workQueue).what.contains("inequivalent arg 'x-"))

            let (report, _) = try await warren.doctor(account.url, as: broker)
            let what = try report.of(.workQueue).what
            // Some of these no broker compares.
            #expect(what.contains("x-delivery-limit is 2, not 20"))
            #expect(what.contains("x-consumer-timeout is 60000, not 604800000"))
            #expect(what.contains("x-dead-letter-exchange is nothing, not warren.dead"))
            #expect(try report.of(.deliveryLimit).status == "problem")
        }
    }

    @Test func harmfulPolicyIsFound() async throws {
        try await Self.withHost { warren, broker, vhost, url in
            try await broker.setPolicy(#"{"delivery-limit": 2, "message-ttl": 1000}"#, on: vhost)
            let (report, end) = try await warren.doctor(url, as: broker)
            #expect(end == .exited(1))
            #expect(try report.of(.deliveryLimit).what.contains("2 times only"))
            #expect(try report.of(.policies).what.contains("message-ttl is 1000"))
            #expect(try report.of(.workQueue).status == "ok")
        }
    }

    @Test func deadLettersAreCounted() async throws {
        try await Self.withHost { warren, broker, vhost, url in
            let user = try await TestAccount.make(.submitter, on: vhost, at: broker)
            let connection = AMQPConnection(to: try AMQPEndpoint(url: user.url), name: "test") { _ in }
            let letter = Message(type: "nonsense", isPersistent: true)
            let outcome = await connection.publish(letter, to: WireNames.Exchange.dead, routingKey: "")
            #expect(outcome == .confirmed)
            await connection.close()
            let (report, end) = try await warren.doctor(url)
            #expect(end == .exited(0))
            #expect(try report.of(.deadLetters).status == "warning")
            #expect(try report.of(.deadLetters).what == "1 message in warren.dead")
        }
    }

    // MARK: permissions

    @Test(arguments: [
        (
            AccountRole.submitter, AMQPRefusal.Permission.write, "control",
            "write on the exchange warren.control"
        ),
        (.worker, .read, #"work\..+"#, "read on the queue warren.work.default"),
        (.worker, .write, "dead", "write on the exchange warren.dead"),
        (.operator, .configure, #"work\..+"#, "configure on the queue warren.work.default"),
    ])
    func missingPermissionIsFound(
        role: AccountRole,
        permission: AMQPRefusal.Permission,
        name: String,
        what: String
    ) async throws {
        try await Self.withHost { warren, broker, vhost, _ in
            let account = try await TestAccount.make(role, on: vhost, without: (permission, name), at: broker)
            let (report, end) = try await warren.doctor(account.url, "--role", role.rawValue)
            #expect(end == .exited(1))
            let finding = try report.of(.permissions)
            #expect(finding.status == "problem")
            #expect(finding.what.contains(what))
            #expect(finding.fix?.contains(role.grant(to: account.name, on: vhost)) == true)
        }
    }

    @Test(arguments: AccountRole.allCases)
    func documentedPermissionsAreEnough(role: AccountRole) async throws {
        try await Self.withHost { warren, broker, vhost, _ in
            let account = try await TestAccount.make(role, on: vhost, at: broker)
            let (report, end) = try await warren.doctor(account.url, "--role", role.rawValue)
            #expect(end == .exited(0))
            #expect(try report.of(.permissions).what == "“\(account.name)” may be: \(role.rawValue)")
        }
    }

    // MARK: workers

    @Test func oldWorkersAndWrongClocksAreFound() async throws {
        try await Self.withHost { warren, broker, vhost, url in
            let hand = try await TestAccount.make(.worker, on: vhost, at: broker)
            let present = WireNames.MessageType.present
            let fast = try await ForgedWorker.start(at: hand.url) {
                WorkerReport.idle("fast", now: Double(wallClockMilliseconds()) / 1000 + 3630).message(present)
            }
            let old = try await ForgedWorker.start(at: hand.url) {
                WorkerReport.idle("old", version: "0.0.9").message(present)
            }
            let oldest = try await ForgedWorker.start(at: hand.url) {
                WorkerReport.idle("oldest", version: nil, now: nil).message(present)
            }
            let (report, end) = try await warren.doctor(url)
            #expect(end == .exited(0))
            let versions = try report.of(.workerVersions)
            #expect(versions.status == "warning")
            #expect(versions.what.contains("old on elsewhere: 0.0.9"))
            #expect(versions.what.contains("oldest on elsewhere: does not say"))
            #expect(!versions.what.contains("fast"))
            let clocks = try report.of(.clocks)
            #expect(clocks.status == "warning")
            #expect(clocks.what.contains("fast on elsewhere: 60 min"))
            #expect(!clocks.what.contains("old"))
            for worker in [fast, old, oldest] { await worker.close() }
        }
    }

    @Test func workerOfAnotherWireVersionIsAProblem() async throws {
        try await Self.withHost { warren, broker, vhost, url in
            let hand = try await TestAccount.make(.worker, on: vhost, at: broker)
            let worker = try await ForgedWorker.start(at: hand.url) {
                var message = WorkerReport.idle("other").message(WireNames.MessageType.present)
                message.headers[WireNames.Header.version] = .integer(2)
                return message
            }
            let (report, end) = try await warren.doctor(url)
            #expect(end == .exited(1))
            #expect(try report.of(.workers).what.contains("header warren-version is 2, not 1"))
            await worker.close()
        }
    }
}
