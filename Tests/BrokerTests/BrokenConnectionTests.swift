import Testing

@testable import Warren

/// Brokers that go away, connections that are cut, queues that are emptied.
@Suite(.serialized, .takingTurns) struct BrokenConnectionTests {
    @Test(arguments: [false, true])
    func brokerMayGoAwayInTheMiddle(isKilled: Bool) async throws {
        try await TestBroker.withOwn { broker in
            try await withWarren(broker) { warren in
                let worker = try await warren.worker("w", pool: "default", slots: 2)
                let (submit, path) = try warren.submit(
                    "drill",
                    "--set",
                    "units=2000",
                    "--set",
                    "sleep=8000",
                    "--fragment-size",
                    "20"
                )
                try await submit.line(containing: "job ")
                try await worker.line(containing: "first fragment")
                // With fragments in hand, however long it takes to stop the broker.
                worker.freeze()
                if isKilled { try await broker.kill() } else { try await broker.stop() }
                worker.thaw()
                try await broker.start()
                try await submit.line(containing: "connected again", within: .seconds(60))
                try await worker.line(containing: "connected again", within: .seconds(60))
                #expect(try await submit.exit(within: .seconds(90)) == .exited(0))
                #expect(submit.output == drillResult(units: 2000))
                #expect(try Receipt(at: path).units == 2000)
            }
        }
    }

    @Test(arguments: [["warren submit"], ["warren worker"], ["warren submit", "warren worker"]])
    func connectionsMayBeCut(names: [String]) async throws {
        // A broker of its own: the names are those of every test's connections.
        try await TestBroker.withOwn { broker in
            try await withWarren(broker) { warren in
                let worker = try await warren.worker("w", pool: "default", slots: 2)
                let (submit, path) = try warren.submit(
                    "drill",
                    "--set",
                    "units=1000",
                    "--set",
                    "sleep=10000",
                    "--fragment-size",
                    "20"
                )
                try await submit.line(containing: "job ")
                try await worker.line(containing: "first fragment")
                worker.freeze()
                for name in names { #expect(try await broker.closeConnections(named: name) > 0) }
                worker.thaw()
                #expect(try await submit.exit(within: .seconds(90)) == .exited(0))
                #expect(submit.output == drillResult(units: 1000))
                #expect(try Receipt(at: path).units == 1000)
            }
        }
    }

    @Test func emptiedQueueIsFilledAgain() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let worker = try await warren.worker("w", pool: pool)
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=8",
                "--set",
                "sleep=2000000",
                "--fragment-size",
                "1",
                "--window",
                "8",
                // Else the fragments would be late before they have vanished.
                "--no-backups",
                "--pool",
                pool
            )
            try await submit.line(containing: "job ")
            try await worker.line(containing: "first fragment")
            try await broker.empty(pool)
            try await submit.line(containing: "vanished", within: .seconds(60))
            #expect(try await submit.exit(within: .seconds(60)) == .exited(0))
            #expect(submit.output == drillResult(units: 8))
            #expect(try Receipt(at: path).republished >= 1)
        }
    }
}
