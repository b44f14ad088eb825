import Testing

@testable import Warren

/// Workers that are killed, frozen, stopped: no unit is lost or counted twice.
@Suite(.serialized, .takingTurns) struct KilledWorkerTests {
    @Test func workersKilledAgainAndAgainLoseNothing() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            var workers = [
                try await warren.worker("w0", pool: pool), try await warren.worker("w1", pool: pool),
            ]
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=20000",
                "--set",
                "sleep=2000",
                "--fragment-size",
                "100",
                "--pool",
                pool
            )
            var last: Transcript.Line?
            for round in 0..<3 {
                let victim = workers.removeFirst()
                try await victim.line(containing: "first fragment")
                victim.kill()
                workers.append(try await warren.worker("w\(round + 2)", pool: pool))
                // The kill hit fragments in flight, and they came back.
                last = try await submit.line(containing: "redelivered", after: last)
            }
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 20000))
            let receipt = try Receipt(at: path)
            #expect(receipt.units == 20000)
            #expect(receipt.fragments == 200)
            #expect(receipt.redelivered >= 3)
        }
    }

    @Test func workersMayComeAndGo() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            var workers = [try await warren.worker("w0", pool: pool)]
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=2000",
                "--set",
                "sleep=2000",
                "--fragment-size",
                "50",
                "--pool",
                pool
            )
            try await submit.line(containing: "job ")
            for round in 1...3 {
                workers.append(try await warren.worker("w\(round)", pool: pool))
                let leaving = workers.removeFirst()
                leaving.terminate()
                #expect(try await leaving.exit() == .exited(0))
            }
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 2000))
            #expect(try Receipt(at: path).units == 2000)
        }
    }

    @Test func stoppedWorkerFinishesWhatRunsAndExitsWithZero() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let worker = try await warren.worker("w", pool: pool)
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=1",
                "--set",
                "sleep=3000000",
                "--pool",
                pool
            )
            try await submit.line(containing: "job ")
            try await worker.line(containing: "first fragment")
            worker.interrupt()
            try await worker.line(containing: "stopping: finishing 1 fragment")
            #expect(try await worker.exit() == .exited(0))
            #expect(try await submit.exit() == .exited(0))
            let receipt = try Receipt(at: path)
            #expect(receipt.redelivered == 0)
            #expect(receipt.attempts == 1)
        }
    }
}
