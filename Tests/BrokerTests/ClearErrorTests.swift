import Foundation
import Testing

@testable import Warren

/// Bad input and faults: a clear error, the right exit code, nothing sent.
@Suite(.serialized, .takingTurns) struct ClearErrorTests {
    @Test(arguments: [
        (["submit", "nosuch"], "there is no kind of job “nosuch”", Int32(64)),
        (["submit", "primes", "--set", "above=3"], "primes has no parameter “above”", 64),
        (["submit", "primes", "--set", "below=abc"], "below of primes is of type UInt64, not “abc”", 64),
        (["submit", "wordcount"], "this job needs input", 64),
        (["submit", "wordcount", "--input", "/nonexistent/file"], "/nonexistent/file: No such file", 64),
        (
            ["submit", "primes", "--broker", "amqps://127.0.0.1:1"],
            "no broker answers at amqps://guest@127.0.0.1:1", 2
        ),
        (
            ["submit", "primes", "--broker", "amqp://127.0.0.1:1"],
            "no broker answers at amqp://guest@127.0.0.1:1", 2
        ),
        (["worker", "--broker", "amqp://127.0.0.1:1"], "no broker answers at amqp://guest@127.0.0.1:1", 2),
        (["submit", "primes", "-o", "/nonexistent/file"], "cannot write /nonexistent/file", 64),
        (["submit", "primes", "--fragment-size", "0"], "--fragment-size takes 1 or more units", 64),
    ])
    func mistakeIsNamed(arguments: [String], message: String, code: Int32) async throws {
        try await withWarren(nil) { warren in
            let process = try warren.start(arguments)
            #expect(try await process.exit() == .exited(code))
            #expect(process.tail.contains(message))
            #expect(process.output.isEmpty)
        }
    }

    @Test(arguments: [
        ("kind: primes\nparameters:\n  above: 3\n", ":3: primes has no parameter “above”"),
        ("kind: primes\nparameters:\n  below: many\n", ":3: below of primes is of type UInt64"),
        ("\nkind: nosuch\n", ":2: there is no kind of job “nosuch”"),
        ("kind: primes\ncolour: red\n", ":2: “colour” is no key of a job file"),
        ("parameters: {}\n", ":1: kind is missing"),
        ("kind: primes\nretries: often\n", ":2: retries takes a whole number of at least 0, not “often”"),
    ])
    func mistakeInAJobFileIsNamedWithItsLine(text: String, message: String) async throws {
        try await withWarren(nil) { warren in
            let path = try TestRun.makeFolder("job") + "/job.yaml"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let process = try warren.start("submit", path)
            #expect(try await process.exit() == .exited(64))
            #expect(process.tail.contains(path + message))
        }
    }

    @Test func wrongPasswordIsNamedButNotShown() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let url = try broker.url(user: "warren", password: "s3cret-pass")
            for command in [["submit", "primes"], ["worker"]] {
                let process = try warren.start(command + ["--broker", url])
                #expect(try await process.exit() == .exited(2))
                #expect(process.tail.contains("refuses the user “warren” or its password"))
                #expect(!process.tail.contains("s3cret-pass"))
            }
        }
    }

    @Test func passwordIsNotInTheListOfProcesses() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let url = try broker.url
            let worker = try warren.start("worker", "--pool", freshPool(), "--broker", url)
            try await worker.line(containing: "ready")
            let arguments = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(worker.pid)/cmdline"))
            let password = try #require(url.split(separator: ":")[2].split(separator: "@").first)
            #expect(!String(decoding: arguments, as: UTF8.self).contains(password))
        }
    }

    @Test func unknownVirtualHostIsNamed() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let url = try broker.url.appending("/nowhere")
            let process = try warren.start("submit", "primes", "--broker", url)
            #expect(try await process.exit() == .exited(2))
            #expect(process.tail.contains("no virtual host “nowhere”"))
        }
    }

    @Test func changedFileFailsTheJobAndIsNamed() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let path = try TestRun.makeFolder("input") + "/text"
            try Data("some words\n".utf8).write(to: URL(fileURLWithPath: path))
            let (submit, _) = try warren.submit("wordcount", "--input", path, "--pool", pool)
            try await submit.line(containing: "no worker in pool")
            try Data("some more words\n".utf8).write(to: URL(fileURLWithPath: path))
            try await warren.worker("w", pool: pool)
            #expect(try await submit.exit() == .exited(1))
            #expect(submit.tail.contains("\(path) on \(hostName()) has 16 bytes, not 11"))
        }
    }

    @Test func fullDiskIsNamed() async throws {
        try await withWarren(nil) { warren in
            let process = try warren.start("run", "primes", "--set", "below=100", "-o", "/dev/full")
            #expect(try await process.exit() == .exited(1))
            #expect(process.tail.contains("cannot write /dev/full: No space left on device"))
        }
    }
}
