import Foundation
import Testing

@testable import WarrenCommands

/// Passwords that are on no command line: they let one in, and nobody else gets to see them.
@Suite(.serialized, .takingTurns) struct PasswordTests {
    private func file(_ text: String) throws -> String {
        let path = try TestRun.makeFolder("password") + "/password"
        try PrivateFile.write(Array(text.utf8), to: path)
        return path
    }

    private func address(of broker: TestBroker) throws -> String {
        try broker.url.replacing(":\(try broker.password)@", with: "@")
    }

    @Test func fileOrVariableLetsOneIn() async throws {
        let broker = try await TestBroker.shared
        let (url, password) = (try address(of: broker), try broker.password)
        let (path, ended) = (try file(password), try file(password + "\n"))
        try await withWarren(nil, environment: ["WARREN_BROKER": url]) { warren in
            let without = try warren.start("workers")
            #expect(try await without.exit() == .exited(2))
            #expect(without.tail.contains("refuses the user “warren” or its password"))
            #expect(without.tail.contains("--password-file"))
            let byFile = try warren.start("workers", "--password-file", ended)
            #expect(try await byFile.exit() == .exited(0))
            let byVariable = try warren.start("workers", environment: ["WARREN_BROKER_PASSWORD": password])
            #expect(try await byVariable.exit() == .exited(0))
            let byNamedFile = try warren.start("workers", environment: ["WARREN_BROKER_PASSWORD_FILE": path])
            #expect(try await byNamedFile.exit() == .exited(0))
        }
    }

    @Test func wrongOneIsNotShown() async throws {
        let broker = try await TestBroker.shared
        let variables = ["WARREN_BROKER": try address(of: broker), "WARREN_BROKER_PASSWORD": "s3cret-pass"]
        try await withWarren(nil, environment: variables) { warren in
            for command in [["submit", "primes"], ["worker"]] {
                let process = try warren.start(command)
                #expect(try await process.exit() == .exited(2))
                #expect(process.tail.contains("refuses the user “warren” or its password"))
                #expect(!process.tail.contains("s3cret-pass"))
            }
        }
    }

    @Test func executorsAndProgramsGetNone() async throws {
        let broker = try await TestBroker.shared
        let path = try file(try broker.password)
        let variables = [
            "WARREN_BROKER": try address(of: broker), "WARREN_BROKER_PASSWORD": try broker.password,
            "WARREN_BROKER_PASSWORD_FILE": path, "WARREN_BROKER_CA": path,
            "WARREN_BROKER_CERTIFICATE": path, "WARREN_BROKER_KEY": path,
        ]
        try await withWarren(nil, environment: variables) { warren in
            let pool = freshPool()
            try await warren.commandWorker("closed-\(pool)", pool: pool, slots: 1)
            let (submit, _) = try warren.submit("--map", "/usr/bin/env", "--range", "1..1", "--pool", pool)
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output.contains("WARREN_JOB="))
            #expect(!submit.output.contains("WARREN_BROKER"))
            let executors = processes(running: "executor --name closed-\(pool)")
            #expect(executors.count == 1)
            for pid in executors {
                let environment = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/environ"))
                #expect(!String(decoding: environment, as: UTF8.self).contains("WARREN_BROKER"))
            }
        }
    }
}
