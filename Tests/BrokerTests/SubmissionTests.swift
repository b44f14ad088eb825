import Foundation
import Testing

@testable import Warren

/// A submission from its beginning to its end.
@Suite(.serialized, .takingTurns) struct SubmissionTests {
    @Test func resultIsThatOfOneProcess() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.worker("a", pool: pool)
            try await warren.worker("b", pool: pool)
            for job in [
                ["primes", "--set", "below=300000"], ["pi", "--set", "samples=200000"],
                ["wordcount", "--input", #filePath, "--format", "json"],
            ] {
                let alone = try warren.start(["run"] + job)
                #expect(try await alone.exit() == .exited(0))
                let path = try TestRun.makeFolder("receipt") + "/receipt.json"
                let submit = try warren.start(["submit"] + job + ["--pool", pool, "--receipt", path])
                #expect(try await submit.exit() == .exited(0))
                #expect(submit.output == alone.output)
                #expect(!submit.output.isEmpty)
                #expect(try Receipt(at: path).resultSHA256 == Digest.sha256(Array(submit.output.utf8)))
            }
        }
    }

    @Test func workersMayStartAfterTheSubmission() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let (submit, _) = try warren.submit("drill", "--pool", pool)
            try await submit.line(containing: "no worker in pool \(pool)")
            try await warren.worker("late", pool: pool)
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 1000))
        }
    }

    @Test func jobsShareTheWorkers() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.worker("w", pool: pool, slots: 2)
            let (first, _) = try warren.submit(
                "drill",
                "--set",
                "units=400",
                "--set",
                "sleep=5000",
                "--pool",
                pool
            )
            let (second, _) = try warren.submit(
                "drill",
                "--set",
                "units=300",
                "--set",
                "sleep=5000",
                "--pool",
                pool
            )
            #expect(try await first.exit() == .exited(0))
            #expect(try await second.exit() == .exited(0))
            #expect(first.output == drillResult(units: 400))
            #expect(second.output == drillResult(units: 300))
        }
    }

    @Test func failuresAreRetriedAndTheResultStaysExact() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.worker("w", pool: pool, slots: 2)
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=200",
                "--set",
                "fail=0.1",
                "--fragment-size",
                "10",
                "--pool",
                pool
            )
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 200))
            #expect(try Receipt(at: path).retried > 0)
        }
    }

    @Test func standardInputIsCutIntoLines() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.worker("w", pool: pool, slots: 2)
            let text = String(repeating: "one two\nthree\r\n", count: 500) + "last"
            let (submit, path) = try warren.submit(
                "wordcount",
                "--input",
                "-",
                "--set",
                "top=1",
                "--pool",
                pool,
                input: text
            )
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == "total 1501\ndistinct 4\n500 one\n")
            #expect(try Receipt(at: path).units == 1001)
        }
    }

    @Test func workersTellWhoTheyAreAndPoolsKeepApart() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (one, two) = (freshPool(), freshPool())
            try await warren.worker("one", pool: one, slots: 3)
            try await warren.worker("two", pool: two)
            // On a busy machine an answer may come after whoever asked has left.
            var workers: [WorkerReport] = []
            for _ in 0..<20
            where !(workers.contains { $0.pool == one } && workers.contains { $0.pool == two }) {
                let list = try warren.start("workers", "--format", "json")
                #expect(try await list.exit() == .exited(0))
                workers = try JSONCoding.decode([WorkerReport].self, from: Array(list.output.utf8))
            }
            #expect(workers.contains { $0.worker == "one" && $0.pool == one && $0.slots == 3 })
            #expect(workers.contains { $0.worker == "two" && $0.pool == two && $0.slots == 1 })
            let (submit, path) = try warren.submit("drill", "--pool", two)
            #expect(try await submit.exit() == .exited(0))
            #expect(try Receipt(at: path).workers.keys.sorted() == ["two"])
        }
    }
}
