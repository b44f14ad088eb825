import Foundation
import Testing

@testable import WarrenCommands

/// `warren broker`, driven as a user does, and the harness that the other tests here stand on.
@Suite(.takingTurns)
struct PrivateBrokerTests {
    @Test func restartKeepsDataAndPort() async throws {
        try await TestBroker.withOwn { broker in
            let url = try broker.url
            try await broker.declare(queue: "kept")
            try await broker.restart()
            #expect(try broker.url == url)
            let kept = BrokerQueue(name: "kept", ready: 0, unacknowledged: 0, consumers: 0, bytes: 0)
            #expect(try await broker.queues() == ["kept": kept])
        }
    }

    @Test func killedNodeIsNoticedAndStartsAgain() async throws {
        try await TestBroker.withOwn { broker in
            let url = try broker.url
            try await broker.declare(queue: "kept")
            try await broker.kill()
            #expect(try broker.privateBroker.status() == .stopped)
            #expect(broker.privateBroker.url == nil)
            try await broker.start()
            #expect(try broker.url == url)
            #expect(try await broker.queues().keys.contains("kept"))
        }
    }

    @Test func commandsStartReportAndStopIt() async throws {
        try await withWarren(nil) { warren in
            let home = ["WARREN_HOME": try TestRun.makeFolder("commands")]
            func run(_ arguments: String..., ends end: ProcessEnd) async throws -> String {
                let process = try warren.start(
                    ["broker"] + arguments,
                    environment: passed.merging(home) { $1 }
                )
                #expect(try await process.exit() == end)
                return process.output
            }
            #expect(try await run("status", ends: .exited(1)).contains("not running"))
            #expect(try await run("status", "--show-url", ends: .exited(1)).isEmpty)
            let hidden = try await run("start", ends: .exited(0))
            #expect(hidden.contains("amqp://warren:***@127.0.0.1:"))
            #expect(try await run("start", ends: .exited(0)) == hidden)
            #expect(try await run("status", ends: .exited(0)).contains("running"))
            let url = try await run("status", "--show-url", ends: .exited(0))
            #expect(try password(in: url).count == 32)
            #expect(try !runningCommandLines().contains { $0.contains(try password(in: url)) })

            _ = try await run("stop", "--erase", ends: .exited(0))
            try await waitUntilNothingRuns(with: home.values.joined())
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: home.values.joined()) == ["broker.lock"]
            )
            _ = try await run("stop", ends: .exited(0))
        }
    }

    @Test func portTakenBySomebodyElseIsExchanged() async throws {
        try await TestBroker.withOwn { broker in
            let node = try #require(try broker.privateBroker.folder.load())
            try await broker.stop()
            let somebody = try Listener(port: node.ports.amqp)
            let start = try await broker.privateBroker.start()
            #expect(start.formerPort == node.ports.amqp)
            #expect(start.address.port != node.ports.amqp)
            withExtendedLifetime(somebody) {}
        }
    }

    @Test func missingRabbitMQIsNamedWithWhatToInstall() throws {
        let error = #expect(throws: PrivateBrokerError.self) {
            try RabbitMQInstallation(
                directory: nil,
                environment: ["PATH": "/nowhere"],
                usual: ["/nowhere/else"]
            )
        }
        #expect(error?.code == .rabbitMQMissing)
        #expect(error?.message.contains("install rabbitmq-server") ?? false)
    }

    @Test func serverThatEndsAtOnceIsQuoted() async throws {
        let folder = try TestRun.makeFolder("broken")
        let script = folder + "/rabbitmq-server"
        let program = Data("#!/bin/sh\necho the moon is in the wrong phase\nexit 1\n".utf8)
        try program.write(to: URL(fileURLWithPath: script))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        let broker = PrivateBroker(home: WarrenHome(path: folder), rabbitMQ: folder)
        let error = await #expect(throws: PrivateBrokerError.self) { try await broker.start() }
        #expect(error?.code == .startFailed)
        #expect(error?.message.contains("wrong phase") ?? false)
        #expect(try broker.status() == .stopped)
    }

    @Test func operatorsViewOfTheSharedBroker() async throws {
        let broker = try await TestBroker.shared
        try await broker.create(user: "visitor", password: "secret", vhost: "elsewhere")
        #expect(try await broker.control("list_vhosts").contains("elsewhere"))
        #expect(try await !broker.connections().contains { $0.name == "nobody" })
        #expect(try await broker.closeConnections(named: "nobody") == 0)
    }

    /// What a command needs of the tests' own environment to find the same RabbitMQ.
    private var passed: [String: String] {
        ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("WARREN_RABBITMQ") }
    }

    private func password(in url: String) throws -> String {
        let parts = url.split { ":@".contains($0) }
        return String(try #require(parts.count > 2 ? parts[2] : nil))
    }

    private func runningCommandLines() throws -> [String] {
        try processes().map { read("/proc/\($0)/cmdline") }
    }

    /// The last of a node's helpers end a moment after it, when they find its pipes closed.
    private func waitUntilNothingRuns(with text: String) async throws {
        let deadline = ContinuousClock.now + .seconds(2)
        func left() throws -> [String] {
            try processes().filter { read("/proc/\($0)/environ").contains(text) }
        }
        while try !left().isEmpty, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try left() == [])
    }

    private func processes() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
    }

    private func read(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
