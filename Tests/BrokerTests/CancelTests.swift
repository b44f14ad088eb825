import Foundation
import Testing

@testable import Warren

/// Ctrl-C.
@Suite(.serialized, .takingTurns) struct CancelTests {
    @Test func interruptedJobLeavesNothingBehind() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let worker = try await warren.worker("w", pool: pool)
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=10",
                "--set",
                "sleep=60000000",
                "--fragment-size",
                "1",
                "--window",
                "6",
                "--pool",
                pool
            )
            try await submit.line(containing: "job ")
            try await worker.line(containing: "first fragment")
            submit.interrupt()
            #expect(try await submit.exit() == .exited(130))
            #expect(submit.output.isEmpty)
            try await worker.line(containing: "was cancelled")
            try await broker.queue(of: pool) { $0.ready == 0 && $0.unacknowledged == 0 }
            let receipt = try Receipt(at: path)
            #expect(receipt.state == .cancelled)
            #expect(receipt.units == 0)
        }
    }

    @Test func firstWorkerToStartDropsWhatIsLeft() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let (submit, _) = try warren.submit("drill", "--set", "sleep=60000000", "--pool", pool)
            try await submit.line(containing: "no worker in pool")
            submit.interrupt()
            #expect(try await submit.exit() == .exited(130))
            try await broker.queue(of: pool) { $0.ready > 0 }
            let worker = try await warren.worker("w", pool: pool)
            try await worker.line(containing: "their submitter is gone")
            try await broker.queue(of: pool) { $0.ready == 0 && $0.unacknowledged == 0 }
        }
    }

    /// With the file that it was writing.
    @Test func secondInterruptLeavesAtOnce() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let folder = try TestRun.makeFolder("twice")
            let worker = try await warren.commandWorker("w", pool: pool)
            let (submit, _) = try warren.submit(
                ["--map", "sleep", "--range", "60..61", "-o", "\(folder)/out", "--pool", pool]
            )
            try await submit.line(containing: "job ")
            try await worker.line(containing: "first fragment")
            let drafts = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(drafts.count == 1, "\(drafts), \(submit.tail)")
            // Nobody answers the first one.
            worker.freeze()
            submit.interrupt()
            try await submit.line(containing: "cancelling")
            submit.interrupt()
            #expect(try await submit.exit() == .exited(130))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }
}
