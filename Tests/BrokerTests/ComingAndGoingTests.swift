import Foundation
import Testing

@testable import Warren

/// Workers that leave in every way while a job runs, and others that take their place.
@Suite(.serialized, .takingTurns) struct ComingAndGoingTests {
    @Test func someAreKilledAndSomeStopped() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            var workers = [
                try await warren.worker("w0", pool: pool), try await warren.worker("w1", pool: pool),
            ]
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=30000",
                "--set",
                "sleep=2000",
                "--fragment-size",
                "50",
                "--pool",
                pool
            )
            var redelivered: Transcript.Line?
            for round in 0..<6 {
                // Everybody works for a while, so that no fragment meets two victims in a row.
                try await broker.worker("w\(round + 1)", of: pool, hasAnswered: 1)
                let leaving = workers.removeFirst()
                if round.isMultiple(of: 2) {
                    leaving.terminate()
                    #expect(try await leaving.exit() == .exited(0))
                } else {
                    leaving.kill()
                    redelivered = try await submit.line(containing: "redelivered", after: redelivered)
                }
                workers.append(try await warren.worker("w\(round + 2)", pool: pool))
            }
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 30000))
            let receipt = try Receipt(at: path)
            #expect(receipt.fragments == 600)
            #expect(receipt.workers.count >= 7)
            try await broker.queue(of: pool) { $0.ready == 0 && $0.unacknowledged == 0 }
        }
    }

    @Test func whatAStoppedWorkerHasNotStartedIsGivenBack() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            // With a prefetch of its own, it does not give back what waits before it has to.
            let leaving = try warren.start(
                ["worker", "--name", "leaving", "--pool", pool, "--slots", "1", "--prefetch", "2"]
            )
            try await leaving.line(containing: "ready")
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=4",
                "--set",
                "sleep=3000000",
                "--fragment-size",
                "1",
                "--window",
                "4",
                "--no-backups",
                "--pool",
                pool
            )
            try await broker.workers(of: pool) { workers in
                workers.contains { $0.running.count == 1 && $0.waiting.count == 1 }
            }
            leaving.terminate()
            try await leaving.line(containing: "gave 1 back")
            #expect(try await leaving.exit() == .exited(0))
            try await warren.worker("staying", pool: pool, slots: 4)
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 4))
            let receipt = try Receipt(at: path)
            // Had it been given back to the same worker, it would have become a suspect.
            #expect(receipt.attempts == 4)
            #expect(receipt.duplicatesDropped == 0)
            #expect(receipt.workers["leaving"] ?? 0 >= 1)
        }
    }

    /// Not the drill: real results, compared with those of a single process.
    @Test(arguments: [
        ["primes", "--set", "below=30000000", "--fragment-size", "100000"],
        ["wordcount", "--input", sources, "--set", "top=50", "--fragment-size", "500"],
    ])
    func realWorkSurvivesAKill(job: [String]) async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let victim = try await warren.worker("victim", pool: pool)
            let path = try TestRun.makeFolder("receipt") + "/receipt.json"
            let submit = try warren.start(
                ["submit"] + job + ["--window", "100", "--pool", pool, "--receipt", path]
            )
            // With a hundred fragments out, it holds some whenever it dies.
            try await victim.line(containing: "first fragment")
            victim.kill()
            #expect(try await victim.exit() == .signalled(9))
            try await warren.worker("successor", pool: pool, slots: 2)
            #expect(try await submit.exit() == .exited(0))
            let alone = try warren.start(["run"] + job)
            #expect(try await alone.exit() == .exited(0), "\(alone.tail)")
            #expect(submit.output == alone.output)
            #expect(!submit.output.isEmpty)
            let receipt = try Receipt(at: path)
            #expect(receipt.redelivered >= 1)
            #expect(receipt.workers.values.reduce(0, +) == receipt.fragments)
        }
    }

    /// Text that every checkout has.
    private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
}
