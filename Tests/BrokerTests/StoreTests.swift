import Foundation
import TestSupport
import Testing

@testable import Warren

/// Payloads and partials that go through a directory.
@Suite(.serialized, .takingTurns) struct StoreTests {
    private func worker(_ warren: WarrenScope, _ name: String, pool: String, store: String?) async throws
        -> WarrenProcess
    {
        let options = store.map { ["--store", $0] } ?? []
        let worker = try warren.start(
            ["worker", "--name", name, "--pool", pool, "--slots", "1", "--allow-commands"] + options
        )
        try await worker.line(containing: "ready")
        return worker
    }

    /// Lines that no broker takes in one message by default, there and back, with a worker killed on the way.
    @Test func largeBodiesGoThroughTheStoreAndLeaveNothing() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, store) = (freshPool(), try TestRun.makeFolder("store"))
            let lines = ["a", "b", "c"].map { String(repeating: $0, count: 20_000_000) + "\n" }
            let path = try TestRun.makeFile("lines", of: lines.joined())
            let (submit, receipt) = try warren.submit(
                ["--map", "tr a-z A-Z", "--input", path, "--inline", "-k", "--reduce", "sha256sum"]
                    + ["--pool", pool, "--store", store]
            )
            let victim = try await worker(warren, "victim", pool: pool, store: store)
            try await victim.line(containing: "first fragment")
            victim.kill()
            _ = try await worker(warren, "stays", pool: pool, store: store)
            #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
            #expect(try submit.output == byHand("tr a-z A-Z <\(path) | sha256sum"))
            #expect(try Receipt(at: receipt).units == 3)
            #expect(try FileManager.default.contentsOfDirectory(atPath: store).isEmpty)
        }
    }

    /// An answer that was damaged in the store is a failed attempt, and the next one puts it right.
    @Test func damagedAnswerIsComputedAgain() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, store) = (freshPool(), try TestRun.makeFolder("store"))
            let (submit, receipt) = try warren.submit(
                ["--shell", "--map", "yes {} | head -c 1000000", "--range", "1..4", "--fragment-size", "1"]
                    + ["-k", "--reduce", "sha256sum", "--pool", pool, "--store", store]
            )
            try await broker.queue(of: pool) { $0.ready >= 1 }
            submit.freeze()
            _ = try await worker(warren, "w", pool: pool, store: store)
            let file = try await Self.fileAppears(in: store)
            try Data(count: 1_000_072).write(to: URL(fileURLWithPath: file))
            submit.thaw()
            try await submit.line(containing: "its result cannot be read")
            #expect(try await submit.exit() == .exited(0))
            #expect(
                submit.output
                    == (try byHand("for x in 1 2 3 4; do yes $x | head -c 1000000; done | sha256sum"))
            )
            #expect(try Receipt(at: receipt).retried >= 1)
        }
    }

    /// What a killed submitter leaves is there until somebody collects it.
    @Test func whatAKilledSubmitterLeftIsCollected() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, store) = (freshPool(), try TestRun.makeFolder("store"))
            let path = try TestRun.makeFile("line", of: String(repeating: "x", count: 1_000_000) + "\n")
            let (submit, _) = try warren.submit(
                ["--map", "wc -c", "--input", path, "--inline", "--pool", pool, "--store", store]
            )
            try await broker.queue(of: pool) { $0.ready == 1 }
            submit.kill()
            _ = try await submit.exit()
            #expect(try FileManager.default.contentsOfDirectory(atPath: store).count == 1)
            let young = try warren.start("store", "gc", store)
            #expect(try await young.exit() == .exited(0))
            #expect(try FileManager.default.contentsOfDirectory(atPath: store).count == 1)
            while try !FileManager.default.contentsOfDirectory(atPath: store).isEmpty {
                let collected = try warren.start("store", "gc", store, "--older-than", "1ms")
                #expect(try await collected.exit() == .exited(0))
            }
        }
    }

    private static func fileAppears(in store: String) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let files = FileManager.default.enumerator(atPath: store)?.compactMap { $0 as? String } ?? []
            // A draft has more to its name than the digest.
            if let file = files.first(where: { $0.contains("/") && !$0.contains(".") }) {
                return "\(store)/\(file)"
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw TestFailure("nothing is stored in \(store)")
    }

    @Test func whoHasNoStoreIsToldSo() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, store) = (freshPool(), try TestRun.makeFolder("store"))
            let path = try TestRun.makeFile("line", of: String(repeating: "x", count: 1_000_000) + "\n")
            let bare = try await worker(warren, "bare", pool: pool, store: nil)
            let (submit, _) = try warren.submit(
                ["--map", "wc -c", "--input", path, "--inline", "--pool", pool, "--store", store]
            )
            try await bare.line(containing: "start with --store DIR")
            bare.terminate()
            _ = try await worker(warren, "w", pool: pool, store: store)
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == "1000001\n")
        }
    }
}
