import Testing

@testable import Warren

/// Jobs beside each other, and workers that fall behind.
@Suite(.serialized, .takingTurns) struct SharedSlotsTests {
    @Test func whatAFrozenWorkerHoldsRunsElsewhere() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let frozen = try await warren.worker("frozen", pool: pool)
            let (submit, path) = try warren.submit(
                ["drill", "--set", "units=200", "--set", "sleep=20000", "--pool", pool]
            )
            try await frozen.line(containing: "first fragment")
            try await warren.worker("awake", pool: pool)
            frozen.freeze()
            #expect(try await submit.exit(within: .seconds(60)) == .exited(0))
            frozen.thaw()
            #expect(submit.output == drillResult(units: 200))
            let receipt = try Receipt(at: path)
            #expect(receipt.backups >= 1 && receipt.backupsWon >= 1)
            // The broker still took it to be alive.
            #expect(receipt.redelivered == 0)
        }
    }

    @Test func commandsRunTwiceOnlyIfAskedTo() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let folder = try TestRun.makeFolder("twice")
            try await warren.commandWorker("w", pool: pool, slots: 4)
            // The first run of the last item waits for the second.
            let map =
                "echo x >> \(folder)/{}; [ {} != 20 ] || until [ $(wc -l < \(folder)/20) = 2 ]; do sleep 0.1; done"
            let (submit, path) = try warren.submit(
                ["--shell", "--map", map, "--range", "1..20", "--backups", "--fragment-size", "1"]
                    + ["--pool", pool]
            )
            #expect(try await submit.exit(within: .seconds(60)) == .exited(0))
            #expect(try Receipt(at: path).backups == 1)
        }
    }

    @Test func jobsShareTheSlotsByWeight() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.worker("w", pool: pool, slots: 4)
            func job(weight: String) throws -> (process: WarrenProcess, receipt: String) {
                try warren.submit(
                    ["drill", "--set", "units=1500", "--set", "sleep=10000", "--weight", weight]
                        + ["--pool", pool]
                )
            }
            let (light, lightPath) = try job(weight: "1")
            let (heavy, heavyPath) = try job(weight: "9")
            #expect(try await heavy.exit() == .exited(0))
            #expect(try await light.exit() == .exited(0))
            // With nine tenths of the slots it is done when the other has done a ninth.
            let (first, second) = (try Receipt(at: heavyPath), try Receipt(at: lightPath))
            #expect(first.seconds < 0.8 * second.seconds)
        }
    }

    /// A command waits until all the others are done, and some of them were given to the worker that runs it.
    @Test func whatWaitsBehindALongOneRunsOnOtherWorkers() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let folder = try TestRun.makeFolder("behind")
            let first = try await warren.commandWorker("first", pool: pool, slots: 1)
            let map =
                "[ {} != 1 ] || until [ $(ls \(folder) | wc -l) = 39 ]; do sleep 0.05; done; touch \(folder)/{}"
            let (submit, path) = try warren.submit(
                ["--shell", "--map", map, "--range", "1..40", "--fragment-size", "1", "--pool", pool]
            )
            try await first.line(containing: "may run elsewhere")
            try await warren.commandWorker("second", pool: pool, slots: 1)
            #expect(try await submit.exit(within: .seconds(60)) == .exited(0))
            let receipt = try Receipt(at: path)
            #expect(receipt.yielded >= 1 && receipt.redelivered == 0 && receipt.units == 40)
        }
    }

    /// The same within the worker, where fragments of microseconds wait in great numbers.
    @Test func whatWaitsBehindALongOneIsNotAcknowledgedTwice() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            for name in ["a", "b"] {
                let worker = try warren.start(
                    ["worker", "--name", name, "--pool", pool, "--slots", "1", "--isolation", "none"]
                )
                try await worker.line(containing: "ready")
            }
            let (submit, path) = try warren.submit(
                ["drill", "--set", "units=1500", "--set", "sleep=8000", "--set", "shape=giants"]
                    + ["--fragment-size", "1", "--no-backups", "--pool", pool]
            )
            #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
            #expect(submit.output == drillResult(units: 1500))
            let receipt = try Receipt(at: path)
            #expect(receipt.yielded >= 1)
            #expect(receipt.duplicatesDropped == 0)
            // Given back by a nack, all of them would come again. One may: what is on its way to a consumer that is
            // cancelled, since the prefetch changes, is put back by the broker itself.
            #expect(receipt.redelivered < receipt.yielded)
        }
    }
}
