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
            let path = try TestRun.makeFolder("lines") + "/lines"
            let lines = ["a", "b", "c"].map { String(repeating: $0, count: 20_000_000) + "\n" }
            try lines.joined().write(toFile: path, atomically: false, encoding: .utf8)
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
            // All but what a killed worker may have been writing.
            let left = try FileManager.default.contentsOfDirectory(atPath: store)
            let collected = try warren.start("store", "gc", store, "--older-than", "1ms")
            #expect(try await collected.exit() == .exited(0))
            #expect(left.count <= 1)
        }
    }

    @Test func whoHasNoStoreIsToldSo() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, store) = (freshPool(), try TestRun.makeFolder("store"))
            let path = try TestRun.makeFolder("lines") + "/line"
            try (String(repeating: "x", count: 1_000_000) + "\n").write(
                toFile: path,
                atomically: false,
                encoding: .utf8
            )
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
