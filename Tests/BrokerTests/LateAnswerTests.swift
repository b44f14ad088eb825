import Testing

@testable import Warren

/// Answers that come late, twice, or to a reply queue that is gone: each unit still counts once.
@Suite struct LateAnswerTests {
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
}
