import Foundation
import Testing

@testable import Warren

/// No job, however it fails, costs more than its own attempt.
@Suite(.serialized, .takingTurns) struct ExecutorTests {
    @Test func crashCostsOneAttemptAndTheWorkerStays() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let worker = try await warren.worker("w", pool: pool, slots: 2)
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=4000",
                "--set",
                "crash=0.001",
                "--fragment-size",
                "100",
                "--pool",
                pool
            )
            #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
            #expect(submit.output == drillResult(units: 4000))
            let receipt = try Receipt(at: path)
            #expect(receipt.crashes >= 1 && receipt.redelivered == 0)
            #expect(submit.tail.contains("its executor ended with signal"))
            #expect(submit.tail.contains("crashes at the first attempt"))
            worker.terminate()
            #expect(try await worker.exit() == .exited(0))
        }
    }

    @Test func whatAJobPrintsDisturbsNobody() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.worker("w", pool: pool)
            let (submit, _) = try warren.submit("drill", "--set", "noise=10000", "--pool", pool)
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 1000))
        }
    }

    @Test func codeThatNeverEndsIsEnded() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.worker("w", pool: pool)
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=1",
                "--set",
                "sleep=600000000",
                "--timeout",
                "1s",
                "--timeout-retries",
                "1",
                "--pool",
                pool
            )
            #expect(try await submit.exit() == .exited(1))
            #expect(submit.tail.contains("ran longer than its time limit"))
            #expect(try Receipt(at: path).timeouts == 2)
        }
    }

    @Test func programThatHangsIsEndedWithAllThatItStarted() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, sleep) = (freshPool(), uniqueSleep())
            try await warren.commandWorker("w", pool: pool)
            let map = "[ {} != 2 ] || { trap '' TERM; sleep \(sleep) & sleep \(sleep); }; echo {}"
            let (submit, path) = try warren.submit(
                "--shell",
                "--map",
                map,
                "--range",
                "1..3",
                "-k",
                "--timeout",
                "1s",
                "--timeout-retries",
                "0",
                "--on-failure",
                "skip",
                "--failed",
                "/dev/null",
                "--pool",
                pool
            )
            #expect(try await submit.exit() == .exited(3))
            #expect(submit.output == "1\n3\n")
            #expect(try Receipt(at: path).timeouts == 1)
            try await processesEnd(running: "sleep \(sleep)")
        }
    }

    @Test func programThatEatsMemoryIsEndedAndSaysSo() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.commandWorker("w", pool: pool, slots: 1, "--memory", "150MB")
            let map =
                "python3 -c 'import time; x = bytearray({} * 200000000 + 1); time.sleep({} * 60); print({})'"
            let (submit, path) = try warren.submit(
                "--map",
                map,
                "--range",
                "0..1",
                "--memory-retries",
                "0",
                "--on-failure",
                "skip",
                "--failed",
                "/dev/null",
                "--pool",
                pool
            )
            #expect(try await submit.exit() == .exited(3))
            #expect(submit.output == "0\n")
            #expect(submit.tail.contains("more than the 150 MB of a slot (--memory)"))
            #expect(try Receipt(at: path).memoryKills == 1)
        }
    }

    @Test func killedWorkerLeavesNothingRunning() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, sleep) = (freshPool(), uniqueSleep())
            let worker = try await warren.commandWorker("gone-\(pool)", pool: pool)
            let submit = try warren.start(
                "submit",
                "--shell",
                "--map",
                "sleep \(sleep) & sleep \(sleep); echo {}",
                "--range",
                "1..2",
                "--pool",
                pool
            )
            try await processBegins(running: "sleep \(sleep)")
            worker.kill()
            try await processesEnd(running: "sleep \(sleep)")
            try await processesEnd(running: "executor --name gone-\(pool)")
            submit.kill()
        }
    }

    /// A thousand units, one of which kills the whole worker, and workers that are started anew.
    @Test func poisonUnitIsFoundAndItsNeighboursAreDone() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let list = try TestRun.makeFolder("poison") + "/failed"
            let killer = "kill -9 $(cut -d' ' -f4 /proc/$PPID/stat); sleep 9"
            let submit = try warren.start(
                "submit",
                "--shell",
                "--map",
                "[ {} != 500 ] || { \(killer); }; echo {}",
                "--range",
                "1..1000",
                "-k",
                "--on-failure",
                "skip",
                "--failed",
                list,
                "--pool",
                pool
            )
            try await warren.keepRunning("w", pool: pool, until: submit)
            #expect(try await submit.exit() == .exited(3))
            #expect(submit.output == (1...1000).filter { $0 != 500 }.map { "\($0)\n" }.joined())
            let failed = try String(contentsOfFile: list, encoding: .utf8)
            #expect(failed == "500\n")
        }
    }

    @Test func executorsAreReplacedIfAskedFor() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let name = "recycled-\(pool)"
            let worker = try warren.start(
                "worker",
                "--name",
                name,
                "--pool",
                pool,
                "--slots",
                "1",
                "--recycle-after",
                "3"
            )
            try await worker.line(containing: "ready")
            try await processBegins(running: "executor --name \(name)")
            let before = processes(running: "executor --name \(name)")
            let (submit, _) = try warren.submit("drill", "--fragment-size", "50", "--pool", pool)
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 1000))
            try await processBegins(running: "executor --name \(name)")
            #expect(Set(processes(running: "executor --name \(name)")).isDisjoint(with: before))
        }
    }

    @Test func drainingWorkerGivesUpWhenItsTimeIsOver() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, sleep) = (freshPool(), uniqueSleep())
            let worker = try await warren.commandWorker("w", pool: pool, slots: 1, "--drain-timeout", "1s")
            let submit = try warren.start(
                "submit",
                "--map",
                "sleep \(sleep)",
                "--range",
                "1..1",
                "--pool",
                pool
            )
            try await processBegins(running: "sleep \(sleep)")
            worker.terminate()
            #expect(try await worker.exit(within: .seconds(20)) == .exited(0))
            try await processesEnd(running: "sleep \(sleep)")
            submit.kill()
        }
    }
}
