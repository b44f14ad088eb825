import AMQP
import Foundation
import Testing

@testable import Warren

/// Accounts that may do what they must, and nothing else.
@Suite(.serialized, .takingTurns) struct PermissionTests {
    typealias Missing = (permission: AMQPRefusal.Permission, name: String)

    /// A virtual host that an operator has set up, for all tests that only need one.
    private static let ready = Task {
        let broker = try await TestBroker.shared
        let vhost = try await broker.freshVhost()
        let account = try await TestAccount.make(.operator, on: vhost, at: broker)
        try await withWarren(broker) { warren in
            let setup = try warren.start("setup", "--broker", account.url)
            #expect(try await setup.exit() == .exited(0))
        }
        return vhost
    }

    static func missing(_ role: AccountRole) -> [Missing] {
        AMQPRefusal.Permission.allCases.flatMap { permission in
            role.names(permission).map { (permission, $0) }
        }
    }

    @Test func documentedPermissionsSufficeForAJobWhoseWorkerIsKilled() async throws {
        let broker = try await TestBroker.shared
        let vhost = try await broker.freshVhost()
        let staff = try await TestAccount.make(.operator, on: vhost, at: broker)
        let hand = try await TestAccount.make(.worker, on: vhost, at: broker)
        let user = try await TestAccount.make(.submitter, on: vhost, at: broker)
        try await withWarren(broker) { warren in
            let setup = try warren.start("setup", "--pool", "p", "--broker", staff.url)
            #expect(try await setup.exit() == .exited(0))
            let names = ["--pool", "p", "--slots", "1", "--allow-commands", "--broker", hand.url]
            let doomed = try warren.start(["worker", "--name", "doomed"] + names)
            try await doomed.line(containing: "ready")
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=2000",
                "--set",
                "sleep=1000",
                "--pool",
                "p",
                "--broker",
                user.url
            )
            try await doomed.line(containing: "first fragment")
            let other = try warren.start(["worker", "--name", "other"] + names)
            try await other.line(containing: "ready")
            doomed.kill()
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 2000))
            #expect(try Receipt(at: path).redelivered > 0)
            // Bodies that are fetched, there and back.
            let lines = try TestRun.makeFile("line", of: String(repeating: "x", count: 1_000_000) + "\n")
            let (large, _) = try warren.submit(
                ["--map", "tr x y", "--input", lines, "--inline", "--pool", "p", "--broker", user.url]
            )
            #expect(try await large.exit() == .exited(0))
            #expect(large.output == String(repeating: "y", count: 1_000_000) + "\n")
            for account in [staff, user] {
                let (endless, _) = try warren.submit(
                    ["--map", "sleep", "--range", "600..601", "--pool", "p", "--broker", user.url]
                )
                let line = try await endless.line(containing: "job ")
                let job = try #require(line.text.split(separator: " ").dropFirst().first)
                let cancel = try warren.start("cancel", "\(job)", "--broker", account.url)
                #expect(try await cancel.exit() == .exited(0))
                #expect(try await endless.exit() == .exited(130))
                let list = try warren.start("workers", "--broker", account.url)
                #expect(try await list.exit() == .exited(0))
                #expect(list.output.contains("other"))
            }
            let dead = try warren.start("dead", "list", "--broker", staff.url)
            #expect(try await dead.exit() == .exited(0))
        }
    }

    @Test(arguments: missing(.worker))
    func workerWithoutAPermissionNamesIt(missing: Missing) async throws {
        try await expect(["worker", "--name", "w"], as: .worker, toMiss: missing)
    }

    @Test(arguments: missing(.submitter))
    func submitterWithoutAPermissionNamesIt(missing: Missing) async throws {
        try await expect(["submit", "primes"], as: .submitter, toMiss: missing)
    }

    private func expect(_ command: [String], as role: AccountRole, toMiss missing: Missing) async throws {
        let broker = try await TestBroker.shared
        let account = try await TestAccount.make(
            role,
            on: Self.ready.value,
            without: missing,
            at: broker
        )
        try await withWarren(broker) { warren in
            let process = try warren.start(command + ["--broker", account.url])
            #expect(try await process.exit() == .exited(2))
            try Self.expect(process, names: missing, of: account, role)
        }
    }

    /// On a broker where nothing is, so that everything has to be declared.
    @Test(arguments: missing(.operator))
    func operatorWithoutAPermissionNamesIt(missing: Missing) async throws {
        let broker = try await TestBroker.shared
        let vhost = try await broker.freshVhost()
        let account = try await TestAccount.make(.operator, on: vhost, without: missing, at: broker)
        try await withWarren(broker) { warren in
            for command in [["setup"], ["workers"], ["dead", "list"]] {
                let process = try warren.start(command + ["--broker", account.url])
                if try await process.exit() == .exited(0) { continue }
                #expect(try await process.exit() == .exited(2))
                return try Self.expect(process, names: missing, of: account, .operator)
            }
            Issue.record("nothing fails without \(missing)")
        }
    }

    private static func expect(
        _ process: WarrenProcess,
        names missing: Missing,
        of account: TestAccount,
        _ role: AccountRole
    ) throws {
        let said = process.tail
        #expect(said.contains("the user “\(account.name)” may not"))
        #expect(said.contains("it has no \(missing.permission) permission for it"))
        let name = try Regex("(exchange|queue) “warren\\.\(missing.name)”")
        #expect(said.contains(name))
        #expect(said.contains("rabbitmqctl set_permissions -p"))
        #expect(said.contains("'\(role.expression(missing.permission))'"))
    }

    @Test func accountThatMayNotDeclareSaysWhoDoes() async throws {
        let broker = try await TestBroker.shared
        let account = try await TestAccount.make(.worker, on: Self.ready.value, at: broker)
        try await withWarren(broker) { warren in
            let worker = try warren.start("worker", "--pool", "other", "--broker", account.url)
            #expect(try await worker.exit() == .exited(2))
            #expect(worker.tail.contains("the queue warren.work.other is not there"))
            #expect(worker.tail.contains("“warren setup --pool other”"))
        }
    }

    /// It would take fragments that others could answer, for ever.
    @Test func workerThatMayNoLongerAnswerLeavesItsFragmentsToOthers() async throws {
        let broker = try await TestBroker.shared
        let vhost = try await Self.ready.value
        let hand = try await TestAccount.make(.worker, on: vhost, at: broker)
        let user = try await TestAccount.make(.submitter, on: vhost, at: broker)
        try await withWarren(broker) { warren in
            let worker = try warren.start("worker", "--slots", "1", "--broker", hand.url)
            try await worker.line(containing: "ready")
            try await broker.allow(
                hand.name,
                on: vhost,
                [AccountRole.worker.expression(.configure), "^$", AccountRole.worker.expression(.read)]
            )
            let (submit, _) = try warren.submit("primes", "--broker", user.url)
            #expect(try await worker.exit() == .exited(2))
            #expect(worker.tail.contains("may not write to the exchange “warren.replies”"))
            let other = try await TestAccount.make(.worker, on: vhost, at: broker)
            _ = try warren.start("worker", "--slots", "1", "--broker", other.url)
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == "664579\n")
        }
    }

    @Test func jobEndsWhoseSubmitterMayNoLongerPublish() async throws {
        let broker = try await TestBroker.shared
        let vhost = try await broker.freshVhost()
        let staff = try await TestAccount.make(.operator, on: vhost, at: broker)
        let user = try await TestAccount.make(.submitter, on: vhost, at: broker)
        try await withWarren(broker) { warren in
            #expect(try await warren.start("setup", "--broker", staff.url).exit() == .exited(0))
            let (submit, _) = try warren.submit("primes", "--broker", user.url)
            try await submit.line(containing: "no worker in pool")
            try await broker.allow(
                user.name,
                on: vhost,
                [
                    AccountRole.submitter.expression(.configure), #"^warren\.(reply\..+)$"#,
                    AccountRole.submitter.expression(.read),
                ]
            )
            let pid = submit.pid
            try await broker.closeConnections(named: ".\(pid) fragments")
            #expect(try await submit.exit() == .exited(1))
            #expect(submit.tail.contains("it has no write permission for it"))
        }
    }

    @Test func documentationHasTheCommands() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/operations.md"), encoding: .utf8)
        for role in AccountRole.allCases {
            for permission in AMQPRefusal.Permission.allCases {
                let isThere = text.contains("'\(role.expression(permission))'")
                #expect(isThere, "\(role), \(permission)")
            }
        }
    }
}
