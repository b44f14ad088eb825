import Testing

@testable import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct ChangedFileTests {
    private let directory = TemporaryDirectory()

    @Test func fileThatGrewIsNotRead() throws {
        let (path, text) = try submit("one\ntwo\n")
        directory.write("input", "one\ntwo\nthree\n")
        expectRefusal(of: text, naming: [path, hostName(), "14", "8"])
    }

    @Test func fileThatWasModifiedIsNotRead() throws {
        let (path, text) = try submit("one\ntwo\n")
        var times = [timespec(tv_sec: 1000, tv_nsec: 7), timespec(tv_sec: 1000, tv_nsec: 7)]
        #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
        expectRefusal(of: text, naming: [path, hostName(), "1000000000007"])
    }

    @Test func fileThatIsGoneIsNamedWithItsHost() throws {
        let (path, text) = try submit("one\ntwo\n")
        unlink(path)
        expectRefusal(of: text, naming: [path, hostName(), "No such file"])
    }

    @Test func directoryInPlaceOfAFileIsRefused() throws {
        let (path, text) = try submit("one\ntwo\n")
        unlink(path)
        mkdir(path, 0o700)
        expectRefusal(of: text, naming: [path])
    }

    @Test func pipeInPlaceOfAFileIsRefusedAtOnce() throws {
        let (path, text) = try submit("one\ntwo\n")
        unlink(path)
        #expect(mkfifo(path, 0o600) == 0)
        expectRefusal(of: text, naming: [path])
    }

    @Test(arguments: [true, false])
    func fileThatChangesWhileItIsReadIsNoticed(grows: Bool) throws {
        let line = String(repeating: "x", count: 99) + "\n"
        let content = String(repeating: line, count: 8000)
        let (path, text) = try submit(content)
        var chunks = 0
        let error = #expect(throws: WarrenError.self) {
            try text.forEachChunk { _ in
                chunks += 1
                if chunks == 1 { directory.write("input", grows ? content + line : line) }
            }
        }
        #expect(error?.code == .input)
        #expect(error?.message.contains(path) == true)
        #expect(chunks > 0)
    }

    private func submit(_ content: String) throws -> (path: String, text: Text) {
        let path = directory.write("input", content)
        var source = try TextSource(.files([InputFile(path: path)]))
        guard case .fragment(let fragment) = try source.take(upTo: .max, ready: {}) else {
            throw WarrenError(.input, "no fragment")
        }
        return (path, try TextSource.units(of: fragment))
    }

    private func expectRefusal(
        of text: Text,
        naming words: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: WarrenError.self, sourceLocation: sourceLocation) {
            try text.forEachChunk { _ in }
        }
        #expect(error?.code == .input, sourceLocation: sourceLocation)
        for word in words {
            #expect(error?.message.contains(word) == true, "\(word)", sourceLocation: sourceLocation)
        }
    }
}
