import AMQP
import Foundation
import TestSupport
import Testing

@testable import Warren

/// Large bodies in a directory.
@Suite struct PayloadStoreTests {
    private let folder = TemporaryDirectory()

    private func job(_ number: UInt64) -> JobID {
        var random = SeededRandom(seed: number)
        return JobID(milliseconds: number, using: &random)
    }

    @Test func whatIsPutComesBackAndGoesWithItsJob() throws {
        var random = SeededRandom()
        let store = try PayloadStore(folder.path)
        for number in 0..<30 as Range<UInt64> {
            let bytes = random.bytes(random.below(300_000))
            let body = try store.put(bytes, of: job(number))
            #expect(try store.put(bytes, of: job(number)) == body)
            #expect(try store.get(body, of: job(number)) == bytes)
            #expect(StoredBody(body.text) == body)
        }
        for number in 0..<30 as Range<UInt64> { store.remove(job(number)) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func whatIsNotWhatWasWrittenIsRefused() throws {
        let store = try PayloadStore(folder.path)
        let body = try store.put(Array("as it was".utf8), of: job(1))
        let path = "\(folder.path)/warren-\(job(1))/\(body.digest)"
        try "as it isn't".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(throws: WarrenError.self) { try store.get(body, of: job(1)) }
        try "as it WAS".write(toFile: path, atomically: false, encoding: .utf8)
        let changed = #expect(throws: WarrenError.self) { try store.get(body, of: job(1)) }
        #expect(changed?.message.contains("has changed") == true)
        let missing = #expect(throws: WarrenError.self) { try store.get(body, of: job(2)) }
        #expect(missing?.message.contains("same store") == true)
    }

    @Test func onlyLargeBodiesLeaveTheirMessage() throws {
        let store = try PayloadStore(folder.path)
        for (count, isStored) in [(PayloadStore.inlineBound, false), (PayloadStore.inlineBound + 1, true)] {
            let message = Message(type: "done", body: [UInt8](repeating: 7, count: count))
            let stored = try message.stored(in: store, of: job(1))
            #expect(stored.body.isEmpty == isStored)
            #expect(try stored.retrieved(from: store, of: job(1)) == message)
            guard isStored else { continue }
            let error = #expect(throws: WarrenError.self) { try stored.retrieved(from: nil, of: job(1)) }
            #expect(error?.message.contains("--store") == true)
        }
    }

    @Test(arguments: [
        "", "x", "../../etc/passwd 9", String(repeating: "a", count: 64),
        "\(String(repeating: "A", count: 64)) 1",
    ])
    func whatNamesNothingIsRefused(text: String) {
        #expect(StoredBody(Array(text.utf8)) == nil)
        var message = Message(type: "done")
        message.headers["store"] = .string(Array(text.utf8))
        #expect(throws: WarrenError.self) { try message.retrieved(from: nil, of: job(1)) }
    }

    @Test func whatKilledSubmittersLeftBehindIsCollected() throws {
        let store = try PayloadStore(folder.path)
        for number in 1...3 as ClosedRange<UInt64> { _ = try store.put([1, 2, 3], of: job(number)) }
        folder.write("warren-notes/mine", "not a job's")
        folder.write("other/file", "somebody else's")
        let old = Date(timeIntervalSinceNow: -7200)
        for number in 1...2 as ClosedRange<UInt64> {
            let path = "\(folder.path)/warren-\(job(number))"
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path)
        }
        #expect(store.removeAbandoned(olderThan: .seconds(3600)) == [job(1), job(2)])
        #expect(store.removeAbandoned(olderThan: .seconds(3600)).isEmpty)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(left == ["other", "warren-\(job(3))", "warren-notes"].sorted())
    }

    @Test func uselessDirectoriesAreNamed() {
        let path = folder.write("file", "text")
        for wrong in [path, folder.path + "/none"] {
            let error = #expect(throws: WarrenError.self) { try PayloadStore(wrong) }
            #expect(error?.message.contains(wrong) == true)
        }
    }
}
