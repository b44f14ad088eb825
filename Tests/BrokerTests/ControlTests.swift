import AMQP
import Testing

@testable import Warren

/// Jobs that are refused or cancelled, and messages that nobody can make sense of.
@Suite(.serialized, .takingTurns) struct ControlTests {
    @Test(
        arguments: [([], "runs no commands"), (["--allow-command", "/bin/ls"], "runs only")]
            as [([String], String)]
    )
    func workerThatRunsNoSuchCommandSaysSo(options: [String], message: String) async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let worker = try warren.start(["worker", "--name", "w", "--pool", pool] + options)
            try await worker.line(containing: "ready")
            let submit = try warren.start("submit", "--map", "echo {}", "--range", "1..2", "--pool", pool)
            try await submit.line(containing: "w refuses")
            #expect(try await submit.exit() == .exited(1))
            #expect(submit.tail.contains("no worker runs it: w \(message)"))
            #expect(submit.output.isEmpty)
            try await broker.queue(of: pool) { $0.ready == 0 && $0.unacknowledged == 0 }
        }
    }

    /// A variable may make an allowed program run any other code.
    @Test func allowedCommandRunsInTheWorkersEnvironmentOnly() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let worker = try warren.start("worker", "--pool", pool, "--allow-command", "echo")
            try await worker.line(containing: "ready")
            let submit = try warren.start(
                [
                    "submit", "--map", "echo {}", "--range", "1..2", "--env", "LD_PRELOAD=/x.so", "--pool",
                    pool,
                ]
            )
            #expect(try await submit.exit() == .exited(1))
            #expect(submit.tail.contains("in its own environment: no --env LD_PRELOAD"))
        }
    }

    @Test func allowedCommandRuns() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let worker = try warren.start("worker", "--pool", pool, "--allow-command", "echo")
            try await worker.line(containing: "ready")
            let submit = try warren.start(
                "submit",
                "--map",
                "echo {}",
                "--range",
                "1..2",
                "-k",
                "--pool",
                pool
            )
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == "1\n2\n")
        }
    }

    @Test func jobIsCancelledFromAnywhere() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, sleep) = (freshPool(), uniqueSleep())
            try await warren.commandWorker("w", pool: pool)
            let submit = try warren.start(
                "submit",
                "--map",
                "sleep \(sleep)",
                "--range",
                "1..9",
                "--pool",
                pool
            )
            let line = try await submit.line(containing: "job ")
            let job = try #require(line.text.split(separator: " ").dropFirst().first)
            try await processBegins(running: "sleep \(sleep)")
            let cancel = try warren.start("cancel", "\(job)")
            #expect(try await cancel.exit() == .exited(0))
            #expect(cancel.tail.contains("is being cancelled"))
            #expect(try await submit.exit() == .exited(130))
            try await processesEnd(running: "sleep \(sleep)")
            try await broker.queue(of: pool) { $0.ready == 0 && $0.unacknowledged == 0 }
        }
    }

    @Test func interruptStopsWhatRuns() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, sleep) = (freshPool(), uniqueSleep())
            try await warren.commandWorker("w", pool: pool)
            let submit = try warren.start(
                "submit",
                "--map",
                "sleep \(sleep)",
                "--range",
                "1..9",
                "--pool",
                pool
            )
            try await processBegins(running: "sleep \(sleep)")
            submit.interrupt()
            #expect(try await submit.exit() == .exited(130))
            try await processesEnd(running: "sleep \(sleep)")
            try await broker.queue(of: pool) { $0.ready == 0 && $0.unacknowledged == 0 }
        }
    }

    @Test func closedTerminalCancelsTheJob() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, sleep) = (freshPool(), uniqueSleep())
            try await warren.commandWorker("w", pool: pool)
            let submit = try warren.start(
                ["submit", "--map", "sleep \(sleep)", "--range", "1..9", "--pool", pool]
            )
            try await processBegins(running: "sleep \(sleep)")
            submit.hangUp()
            #expect(try await submit.exit() == .exited(130))
            try await processesEnd(running: "sleep \(sleep)")
        }
    }

    /// Half a minute: as long as its answers are kept, should it only have lost its connection.
    @Test func whatADeadSubmitterLeftRunningIsStopped() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, sleep) = (freshPool(), uniqueSleep())
            let worker = try await warren.commandWorker("w", pool: pool)
            let submit = try warren.start(
                ["submit", "--map", "sleep \(sleep)", "--range", "1..9", "--pool", pool]
            )
            try await processBegins(running: "sleep \(sleep)")
            submit.kill()
            try await worker.line(containing: "they ran, but their submitter is gone", within: .seconds(90))
            try await processesEnd(running: "sleep \(sleep)")
            try await broker.queue(of: pool) { $0.ready == 0 && $0.unacknowledged == 0 }
        }
    }

    @Test func jobThatWaitsBehindAnotherIsCancelledAtOnce() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, sleep) = (freshPool(), uniqueSleep())
            try await warren.commandWorker("w", pool: pool, slots: 1)
            let first = try warren.start(
                ["submit", "--map", "sleep \(sleep)", "--range", "1..9", "--pool", pool]
            )
            try await processBegins(running: "sleep \(sleep)")
            let second = try warren.start(["submit", "--map", "echo {}", "--range", "1..9", "--pool", pool])
            try await second.line(containing: "job ")
            second.interrupt()
            #expect(try await second.exit(within: .seconds(30)) == .exited(130))
            #expect(!processes(running: "sleep \(sleep)").isEmpty)
            first.interrupt()
            #expect(try await first.exit() == .exited(130))
            // What was left of the second is dropped now that its turn has come.
            try await broker.queue(of: pool) { $0.ready == 0 && $0.unacknowledged == 0 }
        }
    }

    @Test func deadLettersAreListedShownSentAgainAndRemoved() async throws {
        try await TestBroker.withOwn { broker in
            try await withWarren(broker) { warren in
                let worker = try await warren.worker("w", pool: "default")
                let sender = AMQPConnection(to: try AMQPEndpoint(url: broker.url), name: "test") { _ in }
                for name in ["one", "two"] as [ShortString] {
                    let message = Message(type: "fragment", messageID: name, body: [1, 2, 3])
                    _ = await sender.publish(message, to: WireNames.Exchange.work, routingKey: "default")
                }
                await sender.close()
                try await worker.line(containing: "“two”")
                try await broker.queue(named: "warren.dead") { $0.ready == 2 }
                func dead(_ arguments: String...) async throws -> WarrenProcess {
                    let process = try warren.start(["dead"] + arguments)
                    #expect(try await process.exit() == .exited(0))
                    return process
                }
                let list = try await dead("list").output
                #expect(list.contains("one") && list.contains("header warren-version is missing"))
                #expect(list.contains("warren.work.default"))
                let show = try await dead("show", "1").output
                #expect(show.contains("message-id: one") && show.contains("body, 3 bytes"))
                // It is as senseless as before, and comes back.
                #expect(try await dead("replay", "1").tail.contains("1 letter sent again"))
                try await broker.queue(named: "warren.dead") { $0.ready == 2 }
                #expect(try await dead("purge").tail.contains("2 letters removed"))
                try await broker.queue(named: "warren.dead") { $0.ready == 0 }
                #expect(try await dead("list").output == "no dead letters\n")
            }
        }
    }

    @Test func fragmentOfAnotherVersionIsRefused() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.worker("w", pool: pool)
            let answers = Mailbox<Message>()
            let address: ShortString = "test.version"
            let connection = AMQPConnection(
                to: try AMQPEndpoint(url: broker.url),
                name: "test",
                setUp: { session throws(AMQPError) in try Topology.consumeReplies(to: address, on: &session)
                },
                events: { for case .delivered(let delivery) in $0 { answers.post(delivery.message) } }
            )
            var message = FragmentMessage(
                id: FragmentID(job: try #require(JobID(bytes: Array("job".utf8))), range: 0..<1),
                kind: "drill",
                parameters: Array("{}".utf8),
                attempt: 1,
                isAlone: false,
                replyTo: address,
                payload: []
            ).message
            message.headers["warren-version"] = .integer(2)
            _ = await connection.publish(message, to: WireNames.Exchange.work, routingKey: ShortString(pool))
            var refusal: Message?
            while refusal == nil {
                let batch = answers.take(until: .now + .seconds(30))
                try #require(!batch.isEmpty)
                refusal = batch.first { $0.type == "refused" }
            }
            await connection.close()
            let reason = String(decoding: try #require(refusal).body, as: UTF8.self)
            #expect(reason.contains("header warren-version is 2, not 1"))
        }
    }
}
