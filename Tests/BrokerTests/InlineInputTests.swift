import Foundation
import Testing

@testable import Warren

/// Workers that do not have the submitter's files.
@Suite(.serialized, .takingTurns) struct InlineInputTests {
    @Test(arguments: [["wordcount"], ["--map", "tr a-z A-Z", "-k"]])
    func linesOfFilesTravelInTheMessages(job: [String]) async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let path = try TestRun.makeFolder("inline") + "/text"
            // Two reads, and so two fragments.
            let text = (1...2000).map { "line \($0) of a text that is nowhere else in the end\n" }.joined()
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            let local = try warren.start(["run"] + job + ["--input", path])
            #expect(try await local.exit() == .exited(0))
            let (submit, receipt) = try warren.submit(
                job + [
                    "--input", path, "--inline", "--fragment-size", "100000", "--window", "9", "--pool", pool,
                ]
            )
            try await broker.queue(of: pool) { $0.ready >= 2 }
            try FileManager.default.removeItem(atPath: path)
            try await warren.commandWorker("w", pool: pool)
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == local.output)
            #expect(try Receipt(at: receipt).units == 2000)
        }
    }

    /// Lines larger than what RabbitMQ 4 takes in one message: workers fetch them, whoever is killed meanwhile.
    @Test func linesLargerThanAMessageAreFetched() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let text = [("alpha", 3_000_000), ("beta", 200_000), ("gamma", 100_000)].map { word, count in
                String(repeating: "\(word) ", count: count) + "\n"
            }
            let path = try TestRun.makeFile(
                "text",
                of: text.joined(separator: "a short line\n") + "the end\n"
            )
            let local = try warren.start("run", "wordcount", "--input", path)
            #expect(try await local.exit() == .exited(0))
            let (submit, receipt) = try warren.submit(
                ["wordcount", "--input", path, "--inline", "--pool", pool]
            )
            let victim = try await warren.worker("victim", pool: pool)
            try await victim.line(containing: "first fragment")
            victim.kill()
            try FileManager.default.removeItem(atPath: path)
            try await warren.worker("stays", pool: pool)
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == local.output)
            #expect(try Receipt(at: receipt).units == 6)
        }
    }
}
