import Foundation
import Testing

@testable import Warren

/// What a job leaves behind: on standard output, on standard error, in files.
@Suite(.serialized, .takingTurns) struct OutputTests {
    @Test func receiptHasTheDocumentedKeys() async throws {
        try await submit { submit, folder in
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/receipt"))
            let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let documented: Set = [
                "job", "kind", "state", "units", "fragments", "attempts", "redelivered", "retried",
                "duplicatesDropped", "workers", "seconds", "resultSHA256",
            ]
            #expect(documented.subtracting(object.keys) == [])
            #expect(object["kind"] as? String == "drill")
            #expect(object["state"] as? String == "ok")
            #expect(object["units"] as? Int == 1000)
            #expect((object["workers"] as? [String: Int])?.keys.sorted() == ["w"])
            let job = try #require(object["job"] as? String)
            #expect(submit.lines.contains { $0.stream == .error && $0.text.contains(job) })
            let written = Digest.sha256(Array(submit.output.utf8))
            #expect(object["resultSHA256"] as? String == written)
        }
    }

    @Test func quietShowsTheResultAlone() async throws {
        try await submit("--quiet") { submit, _ in
            #expect(submit.output == drillResult(units: 1000))
            #expect(submit.lines.filter { $0.stream == .error }.map(\.text) == [])
        }
    }

    @Test func jsonIsOneValue() async throws {
        try await submit("--format", "json") { submit, folder in
            let object = try JSONSerialization.jsonObject(with: Data(submit.output.utf8)) as? [String: Any]
            #expect(object?["units"] as? Int == 1000)
            #expect(object?["sum"] as? Int == 499_500)
            let receipt = try Receipt(at: folder + "/receipt")
            #expect(receipt.resultSHA256 == Digest.sha256(Array(submit.output.utf8)))
        }
    }

    @Test func fileIsWrittenWholeInPlaceOfTheOldOne() async throws {
        let result = try TestRun.makeFolder("output") + "/result"
        try Data("old".utf8).write(to: URL(fileURLWithPath: result))
        try await submit("-o", result) { submit, _ in
            #expect(submit.output.isEmpty)
            #expect(read(result) == drillResult(units: 1000))
            #expect(files(beside: result) == ["result"])
        }
    }

    @Test func failedJobLeavesTheOldFileAlone() async throws {
        let result = try TestRun.makeFolder("output") + "/result"
        try Data("old".utf8).write(to: URL(fileURLWithPath: result))
        try await submit("--set", "fail=1", "--retries", "0", "-o", result, ends: 1) { submit, folder in
            #expect(submit.output.isEmpty)
            #expect(read(result) == "old")
            #expect(files(beside: result) == ["result"])
            let receipt = try Receipt(at: folder + "/receipt")
            #expect(receipt.state == .failed)
            #expect(receipt.resultSHA256 == nil)
        }
    }

    @Test func fullDiskFailsTheSubmission() async throws {
        try await submit("-o", "/dev/full", ends: 1) { submit, _ in
            #expect(submit.tail.contains("cannot write /dev/full: No space left on device"))
            #expect(submit.output.isEmpty)
        }
    }

    private func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    private func files(beside path: String) -> [String]? {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        return try? FileManager.default.contentsOfDirectory(atPath: folder)
    }

    /// Runs a small drill on one worker, and looks at what it leaves.
    private func submit(
        _ arguments: String...,
        ends code: Int32 = 0,
        _ check: (WarrenProcess, String) throws -> Void
    ) async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let folder = try TestRun.makeFolder("receipt")
            try await warren.worker("w", pool: pool)
            let submit = try warren.start(
                ["submit", "drill", "--pool", pool, "--receipt", folder + "/receipt"] + arguments
            )
            #expect(try await submit.exit() == .exited(code))
            try check(submit, folder)
        }
    }
}
