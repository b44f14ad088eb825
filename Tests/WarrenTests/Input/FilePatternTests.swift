import Testing

@testable import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct FilePatternTests {
    private let directory = TemporaryDirectory()

    init() {
        for name in [
            "a.txt", "b.txt", "c.log", "[odd].txt", ".hidden.txt", "sub/d.txt", "sub/deep/e.txt",
            "sub/deep/f.log",
            "sub/.secret/g.txt", "other/h.txt",
        ] {
            directory.write(name, name)
        }
        symlink(directory.path + "/a.txt", directory.path + "/other/link.txt")
        symlink(directory.path + "/sub", directory.path + "/other/linked")
        mkdir(directory.path + "/empty", 0o700)
    }

    @Test(arguments: [
        ("a.txt", ["a.txt"]),
        ("./a.txt", ["a.txt"]),
        (".hidden.txt", [".hidden.txt"]),
        ("*.txt", ["[odd].txt", "a.txt", "b.txt"]),
        ("?.txt", ["a.txt", "b.txt"]),
        ("[bc].*", ["b.txt", "c.log"]),
        ("[odd].txt", ["[odd].txt"]),
        ("*/*.txt", ["other/h.txt", "other/link.txt", "sub/d.txt"]),
        ("sub/*/e.txt", ["sub/deep/e.txt"]),
        ("**/*.log", ["c.log", "sub/deep/f.log"]),
        ("**/**/*.log", ["c.log", "sub/deep/f.log"]),
        ("sub/**/*.txt", ["sub/d.txt", "sub/deep/e.txt"]),
        ("sub/**", ["sub/d.txt", "sub/deep/e.txt", "sub/deep/f.log"]),
        ("**/deep", ["sub/deep/e.txt", "sub/deep/f.log"]),
        ("sub", ["sub/d.txt", "sub/deep/e.txt", "sub/deep/f.log"]),
        ("sub/", ["sub/d.txt", "sub/deep/e.txt", "sub/deep/f.log"]),
        ("other", ["other/h.txt", "other/link.txt"]),
    ])
    func patternStandsForFiles(pattern: String, files: [String]) throws {
        #expect(try expand(pattern) == files)
    }

    @Test(arguments: ["nothing.txt", "*.nothing", "**/nothing", "empty", "a.txt/*", "[z].txt"])
    func patternThatStandsForNothingIsRefused(_ pattern: String) {
        let error = #expect(throws: WarrenError.self) { try expand(pattern) }
        #expect(error?.code == .input)
        #expect(error?.message.contains(directory.path + "/" + pattern) == true)
    }

    /// Root may read everything, so there is nothing to see as root.
    @Test(.enabled(if: getuid() != 0)) func directoryThatMayNotBeReadIsNotPassedOver() throws {
        chmod(directory.path + "/sub/deep", 0)
        defer { chmod(directory.path + "/sub/deep", 0o700) }
        for pattern in ["sub", "**/*.txt"] {
            let error = #expect(throws: WarrenError.self) { try expand(pattern) }
            #expect(error?.message.contains("sub/deep") == true)
        }
    }

    @Test func pipeIsNoInput() {
        mkfifo(directory.path + "/pipe", 0o600)
        #expect(throws: WarrenError.self) { try expand("pipe") }
    }

    @Test func standardInputStandsAlone() throws {
        let error = #expect(throws: WarrenError.self) { try JobInput(["-", directory.path + "/a.txt"]) }
        #expect(error?.code == .usage)
        guard case .none = try JobInput([]) else {
            Issue.record("no arguments should be no input")
            return
        }
        guard case .lines = try JobInput(["-"]) else {
            Issue.record("- should be standard input")
            return
        }
    }

    @Test func filesStayInTheOrderInWhichTheyWereNamed() throws {
        let names = ["sub", "a.txt", "c.log"].map { directory.path + "/" + $0 }
        guard case .files(let files) = try JobInput(names) else {
            Issue.record("files should be files")
            return
        }
        #expect(
            files.map { $0.path.dropFirst(directory.path.count + 1) }
                == ["sub/d.txt", "sub/deep/e.txt", "sub/deep/f.log", "a.txt", "c.log"]
        )
        #expect(files.map(\.size) == [9, 14, 14, 5, 5])
    }

    private func expand(_ pattern: String) throws -> [String] {
        let prefix = directory.path + "/"
        return try FilePattern.expand(prefix + pattern).map { file in
            #expect(file.path.hasPrefix(prefix))
            return String(file.path.dropFirst(prefix.count))
        }
    }
}
