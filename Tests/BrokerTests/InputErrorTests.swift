import Foundation
import Testing

@testable import Warren

/// Input that cannot be read, here or where the worker is.
@Suite(.serialized, .takingTurns) struct InputErrorTests {
    @Test func danglingLinkIsNamed() async throws {
        let path = try TestRun.makeFolder("input") + "/link"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/nonexistent/target")
        try await expectRefusal(of: path, saying: "\(path): No such file")
    }

    @Test func directoryWithoutFilesIsNamed() async throws {
        let path = try TestRun.makeFolder("input")
        try await expectRefusal(of: path, saying: "\(path) holds no files")
    }

    @Test func patternWithoutMatchIsNamed() async throws {
        let path = try TestRun.makeFolder("input") + "/*.txt"
        try await expectRefusal(of: path, saying: "no file matches \(path)")
    }

    @Test func deviceIsNoInput() async throws {
        try await expectRefusal(of: "/dev/null", saying: "/dev/null is no regular file")
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func unreadableFileIsNamed() async throws {
        let path = try makeFile("some words\n")
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
        try await expectRefusal(of: path, saying: "cannot read \(path): Permission denied")
    }

    @Test func fileThatAWorkerLacksFailsTheJobAndIsNamedWithTheHost() async throws {
        let path = try makeFile("some words\n")
        try await expectFailure(of: path, saying: "\(hostName()) cannot read \(path): No such file") {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test func fileOfTheSameSizeThatWasWrittenSinceFailsTheJob() async throws {
        let path = try makeFile("some words\n")
        try await expectFailure(of: path, saying: "\(path) on \(hostName()) was modified at") {
            try Data("same words\n".utf8).write(to: URL(fileURLWithPath: path))
            let past = Date(timeIntervalSince1970: 1_000_000_000)
            try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: path)
        }
    }

    private func makeFile(_ text: String) throws -> String {
        let path = try TestRun.makeFolder("input") + "/text"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// The submitter sees it before anything is sent: it does not even ask for a broker.
    private func expectRefusal(of path: String, saying message: String) async throws {
        try await withWarren(nil) { warren in
            let nowhere = ["WARREN_BROKER": "amqp://127.0.0.1:1"]
            let submit = try warren.start("submit", "wordcount", "--input", path, environment: nowhere)
            #expect(try await submit.exit() == .exited(64))
            #expect(submit.tail.contains(message))
            #expect(submit.output.isEmpty)
        }
    }

    /// The worker sees it, because it happens after the submission; nobody else's job suffers.
    private func expectFailure(
        of path: String,
        saying message: String,
        change: () throws -> Void
    ) async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let (submit, receipt) = try warren.submit("wordcount", "--input", path, "--pool", pool)
            let (other, _) = try warren.submit("drill", "--pool", pool)
            try await submit.line(containing: "no worker in pool")
            try await other.line(containing: "no worker in pool")
            try change()
            try await warren.worker("w", pool: pool)
            #expect(try await submit.exit() == .exited(1))
            #expect(submit.tail.contains(message))
            #expect(submit.output.isEmpty)
            #expect(try Receipt(at: receipt).state == .failed)
            #expect(try await other.exit() == .exited(0))
            #expect(other.output == drillResult(units: 1000))
        }
    }
}
