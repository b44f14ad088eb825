import Testing

@testable import Warren

/// Answers that come late, twice, or to a reply queue that is gone: each unit still counts once.
@Suite(.takingTurns) struct LateAnswerTests {
    @Test func lateAnswerOfAFrozenWorkerIsDropped() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let frozen = try await warren.worker("frozen", pool: pool)
            // Long enough to be under way whenever the broker gives the frozen one up, and when it is back.
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=40",
                "--set",
                "sleep=1500000",
                "--fragment-size",
                "1",
                "--pool",
                pool
            )
            try await frozen.line(containing: "first fragment")
            try await warren.worker("awake", pool: pool)
            frozen.freeze()
            try await submit.line(containing: "redelivered", within: .seconds(90))
            frozen.thaw()
            try await frozen.line(containing: "connected again", within: .seconds(60))
            #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
            #expect(submit.output == drillResult(units: 40))
            let receipt = try Receipt(at: path)
            #expect(receipt.redelivered >= 1)
            #expect(receipt.duplicatesDropped >= 1)
            #expect(receipt.workers.values.reduce(0, +) == 40)
        }
    }

    /// The submitter stands still while it is cut off, so that the answers surely find no queue.
    @Test func answersAreKeptWhileTheReplyQueueIsGone() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let name = "kept-\(pool)"
            let worker = try await warren.worker(name, pool: pool)
            // So many are out that the worker is not through with them before the connections are cut.
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=25",
                "--set",
                "sleep=1000000",
                "--fragment-size",
                "1",
                "--window",
                "20",
                "--pool",
                pool
            )
            try await worker.line(containing: "first fragment")
            submit.freeze()
            #expect(try await broker.closeConnections(named: ".\(submit.pid) ", name) == 5)
            try await worker.line(containing: "connected again")
            // What it would have run next is let go, because an answer came back; that answer it keeps.
            try await worker.line(containing: "their submitter is gone")
            try await broker.workers(of: pool) { $0.map(\.waiting) == [[]] && $0[0].running.count >= 1 }
            submit.thaw()
            try await submit.line(containing: "connected again")
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 25))
            let receipt = try Receipt(at: path)
            #expect(receipt.republished >= 1)
            #expect(receipt.duplicatesDropped >= 1)
            try await broker.queue(of: pool) { $0.ready == 0 && $0.unacknowledged == 0 }
        }
    }

    /// Answers that wait for a submitter to come back take nobody's place.
    @Test func killedSubmitterHoldsUpNobodyElse() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let worker = try await warren.worker("w", pool: pool)
            let (killed, _) = try warren.submit(
                "drill",
                "--set",
                "units=100",
                "--set",
                "sleep=1000000",
                "--fragment-size",
                "1",
                "--window",
                "100",
                "--pool",
                pool
            )
            try await worker.line(containing: "first fragment")
            killed.kill()
            let (submit, _) = try warren.submit("drill", "--pool", pool)
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 1000))
            // It did not have to wait until they were given up, and neither does a worker that is stopped.
            worker.terminate()
            #expect(try await worker.exit() == .exited(0))
            #expect(!worker.lines.contains { $0.text.contains("nobody received its answer") })
        }
    }

    @Test func everyConnectionMayBeCutAtOnce() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let workers = [
                try await warren.worker("a-\(pool)", pool: pool),
                try await warren.worker("b-\(pool)", pool: pool),
            ]
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=4000",
                "--set",
                "sleep=3000",
                "--fragment-size",
                "50",
                "--pool",
                pool
            )
            for worker in workers {
                try await worker.line(containing: "first fragment")
                // With fragments in hand, however long it takes to cut the connections.
                worker.freeze()
            }
            #expect(try await broker.closeConnections(named: ".\(submit.pid) ", pool) == 7)
            for worker in workers { worker.thaw() }
            try await submit.line(containing: "connected again")
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 4000))
            let receipt = try Receipt(at: path)
            #expect(receipt.republished >= 1)
            #expect(receipt.workers.values.reduce(0, +) == 80)
            for worker in workers {
                worker.terminate()
                #expect(try await worker.exit() == .exited(0))
            }
        }
    }
}
