import AMQP
import Foundation
import TestSupport
import Testing

@testable import Warren

/// Partials of megabytes: workers merge some before they send them, the submitter folds them on other threads.
@Suite(.serialized, .takingTurns) struct LargePartialTests {
    @Test func mergedPartialsCountOnceWhoeverIsKilled() async throws {
        let broker = try await TestBroker.shared
        let path = try TestRun.makeFolder("words") + "/words"
        var random = SeededRandom()
        let letters = Array("abcdefghijklmnopqrstuvwxyz".utf8)
        var text: [UInt8] = []
        // Hardly any word comes twice.
        while text.count < 14_000_000 { text += random.bytes(12, from: letters) + [10] }
        try Data(text).write(to: URL(fileURLWithPath: path))
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let byOne = try warren.start("run", "wordcount", "--input", path)
            let (submit, receipt) = try warren.submit(
                ["wordcount", "--input", path, "--fragment-size", "1100000", "--window", "8", "--pool", pool]
            )
            let options = ["worker", "--pool", pool, "--slots", "1", "--prefetch", "4", "--name"]
            let victim = try warren.start(options + ["victim"])
            try await victim.line(containing: "first fragment")
            victim.kill()
            try await warren.start(options + ["stays"]).line(containing: "ready")
            try await submit.line(containing: "redelivered")
            #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
            #expect(try await byOne.exit(within: .seconds(120)) == .exited(0))
            #expect(submit.output == byOne.output)
            #expect(try Receipt(at: receipt).merged >= 2)
        }
    }

    /// Four times what RabbitMQ 4 takes in one message.
    @Test func partialsLargerThanAMessageComeInParts() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let map = "head -c 67000000 /dev/zero | tr '\\0' {}"
            let (submit, path) = try warren.submit(
                [
                    "--shell", "--map", map, "--range", "1..4", "-k", "--reduce", "sha256sum", "--pool",
                    pool,
                ]
            )
            // In the middle of an answer that takes it long.
            let line = try SlowLine(to: broker, bytesPerSecond: 8_000_000)
            defer { line.close() }
            let victim = try await warren.commandWorker(
                "victim",
                pool: pool,
                slots: 1,
                "--broker",
                line.url
            )
            try await line.hasSent(3_000_000)
            victim.kill()
            try await warren.commandWorker("stays", pool: pool, slots: 1)
            #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
            let byHand = try byHand(
                "for x in 1 2 3 4; do head -c 67000000 /dev/zero | tr '\\0' $x; done | sha256sum"
            )
            #expect(submit.output == byHand)
            #expect(try Receipt(at: path).units == 4)
        }
    }

    /// 360 MB of answers for a submitter that does nothing for a while: they stay where they were computed, and the
    /// broker has never more than it can bear.
    @Test func backlogStaysWithTheWorkers() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, folder) = (freshPool(), try TestRun.makeFolder("backlog"))
            let map = "head -c 9000000 /dev/zero | tr '\\0' {}; touch \(folder)/{}"
            let (submit, path) = try warren.submit(
                ["--shell", "--map", map, "--range", "10..49", "-k", "--reduce", "sha256sum"]
                    + ["--fragment-size", "1", "--window", "40", "--pool", pool]
            )
            let worker = try await warren.commandWorker("w", pool: pool, slots: 2, "--prefetch", "20")
            try await worker.line(containing: "first fragment")
            submit.freeze()
            // What it holds is bounded as well: it begins nothing more.
            var (ran, most) = (0, 0)
            while ran < 28 {
                ran = try FileManager.default.contentsOfDirectory(atPath: folder).count
                let replies = try await broker.queues().filter { $0.key.hasPrefix("warren.reply.") }
                most = max(most, replies.values.reduce(0) { $0 + $1.bytes })
            }
            submit.thaw()
            #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
            let byHand = try byHand(
                "for x in $(seq 10 49); do head -c 9000000 /dev/zero | tr '\\0' $x; done | sha256sum"
            )
            #expect(submit.output == byHand)
            #expect(try Receipt(at: path).units == 40)
            #expect(most < 140_000_000)
        }
    }

    /// A worker that stops does not wait for a submitter that is gone.
    @Test func drainingWorkerLetsGoOfWhatNobodyFetches() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, folder) = (freshPool(), try TestRun.makeFolder("unheard"))
            let (submit, _) = try warren.submit(
                ["--shell", "--map", "head -c 1000000 /dev/zero; touch \(folder)/{}", "--range", "1..2"]
                    + ["--pool", pool]
            )
            try await broker.queue(of: pool) { $0.ready >= 1 }
            submit.freeze()
            let worker = try await warren.commandWorker("w", pool: pool)
            while try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty {
                try await Task.sleep(for: .milliseconds(20))
            }
            submit.kill()
            worker.terminate()
            // An answer is kept for half a minute otherwise.
            #expect(try await worker.exit(within: .seconds(25)) == .exited(0))
        }
    }

    /// Bodies are under way in both directions when the connections that they come on are cut.
    @Test func bodiesAreAskedForAgain() async throws {
        try await TestBroker.withOwn { broker in
            try await withWarren(broker) { warren in
                let input = try TestRun.makeFolder("cut") + "/lines"
                var random = SeededRandom()
                let letters = Array("abcdefghijklmnopqrstuvwxyz".utf8)
                var lines: [UInt8] = []
                for _ in 0..<24 { lines += random.bytes(3_000_000, from: letters) + [10] }
                try Data(lines).write(to: URL(fileURLWithPath: input))
                let worker = try await warren.commandWorker("w", pool: "default", slots: 2)
                let (submit, path) = try warren.submit(
                    ["--map", "cat", "--input", input, "--inline", "-k", "--reduce", "sha256sum"]
                        + ["--fragment-size", "1"]
                )
                try await worker.line(containing: "first fragment")
                for name in ["warren submit", "warren worker"] {
                    try await broker.closeConnections(named: name)
                }
                #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
                #expect(submit.output == (try byHand("sha256sum < \(input)")))
                #expect(try Receipt(at: path).units == 24)
            }
        }
    }

    /// Over a slow line the first answer shows that it is slow; what comes after it is compressed.
    @Test func answersOverASlowLineAreCompressed() async throws {
        let broker = try await TestBroker.shared
        let line = try SlowLine(to: broker, bytesPerSecond: 4_000_000)
        defer { line.close() }
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let worker = try warren.start(
                [
                    "worker", "--name", "far", "--pool", pool, "--slots", "1", "--allow-commands", "--broker",
                    line.url,
                ]
            )
            try await worker.line(containing: "ready")
            let (submit, _) = try warren.submit(
                [
                    "--shell", "--map", "yes {} | head -c 2000000", "--range", "1..12", "-k",
                    "--fragment-size", "1",
                ]
                    + ["--reduce", "sha256sum", "--pool", pool]
            )
            #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
            let byHand = try byHand("for x in $(seq 12); do yes $x | head -c 2000000; done | sha256sum")
            #expect(submit.output == byHand)
            // All of it takes 24 MB; the first few, which were under way before it was known, a third of that.
            #expect(line.bytesSent > 2_000_000 && line.bytesSent < 12_000_000)
        }
    }

    /// The same for what fragments carry, with a worker killed while it waits for a payload.
    @Test func payloadsOverASlowLineAreCompressed() async throws {
        let broker = try await TestBroker.shared
        let line = try SlowLine(to: broker, bytesPerSecond: 4_000_000)
        defer { line.close() }
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let lines = (10..<34).map { String(repeating: "\($0) ", count: 300_000) + "\n" }
            let path = try TestRun.makeFile("lines", of: lines.joined())
            let victim = try await warren.commandWorker("victim", pool: pool, slots: 1)
            let (submit, receipt) = try warren.submit(
                ["--map", "tr 0-9 a-j", "--input", path, "--inline", "-k", "--reduce", "sha256sum"]
                    + ["--fragment-size", "1", "--pool", pool, "--broker", line.url]
            )
            try await line.hasSent(400_000)
            victim.kill()
            try await warren.commandWorker("stays", pool: pool, slots: 1)
            #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
            #expect(submit.output == (try byHand("tr 0-9 a-j < \(path) | sha256sum")))
            #expect(try Receipt(at: receipt).units == 24)
            // All of it takes 22 MB.
            #expect(line.bytesSent > 900_000 && line.bytesSent < 11_000_000)
        }
    }
}
