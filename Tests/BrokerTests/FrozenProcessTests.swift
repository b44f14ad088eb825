import Testing

@testable import Warren

/// Processes that stop in the middle of everything, past their heartbeats, and go on as if nothing had been.
@Suite(.takingTurns) struct FrozenProcessTests {
    @Test func frozenWorkerAnswersLateAndIsCountedOnce() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let frozen = try await warren.worker("frozen", pool: pool)
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=2",
                "--set",
                "sleep=3000000",
                "--fragment-size",
                "1",
                "--window",
                "1",
                "--pool",
                pool
            )
            try await submit.line(containing: "job ")
            try await frozen.line(containing: "first fragment")
            frozen.freeze()
            let other = try await warren.worker("other", pool: pool)
            // The broker gives it up after two heartbeats without a word.
            try await other.line(containing: "redelivered to me", within: .seconds(90))
            frozen.thaw()
            #expect(try await submit.exit(within: .seconds(90)) == .exited(0))
            #expect(submit.output == drillResult(units: 2))
            #expect(try Receipt(at: path).redelivered >= 1)
            try await frozen.line(containing: "connected again", within: .seconds(60))
        }
    }

    @Test func frozenSubmitterGoesOn() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let worker = try await warren.worker("w", pool: pool)
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=4",
                "--set",
                "sleep=500000",
                "--fragment-size",
                "1",
                "--window",
                "2",
                "--pool",
                pool
            )
            try await submit.line(containing: "job ")
            try await worker.line(containing: "first fragment")
            submit.freeze()
            // After two heartbeats without a word the broker closes its connections, and its reply queue is gone.
            try await broker.connectionsEnd(of: "\(hostName()).\(submit.pid) ")
            submit.thaw()
            #expect(try await submit.exit(within: .seconds(90)) == .exited(0))
            #expect(submit.output == drillResult(units: 4))
            #expect(try Receipt(at: path).units == 4)
        }
    }
}
