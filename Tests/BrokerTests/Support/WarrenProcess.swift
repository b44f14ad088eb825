import Foundation

/// The real `warren`, as a user runs it: started, listened to, killed.
final class WarrenProcess: Sendable {
    /// As typed, for messages.
    let command: String
    private let process: Process
    private let transcript = Awaited(Transcript())

    /// `WARREN_BINARY`, else what was built along with the tests.
    static let binary =
        ProcessInfo.processInfo.environment["WARREN_BINARY"]
        ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/warren"

    /// - Parameters:
    ///   - environment: Added to that of the tests, from which nothing named `WARREN_…` is taken over.
    ///   - input: Standard input; none if nil.
    init(_ arguments: [String], environment: [String: String], input: String? = nil) throws {
        command = "warren " + arguments.joined(separator: " ")
        process = Process()
        process.executableURL = URL(fileURLWithPath: Self.binary)
        process.arguments = arguments
        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("WARREN_") }
        process.environment = inherited.merging(environment) { $1 }
        let transcript = transcript
        process.standardOutput = Self.pipe { bytes in transcript.update { $0.append(bytes, to: .output) } }
        process.standardError = Self.pipe { bytes in transcript.update { $0.append(bytes, to: .error) } }
        process.terminationHandler = { process in
            let status = process.terminationStatus
            let end = process.terminationReason == .exit ? ProcessEnd.exited(status) : .signalled(status)
            transcript.update { $0.end(end) }
        }
        let stdin = input.map { _ in Pipe() }
        process.standardInput = stdin ?? FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw TestFailure("cannot run \(Self.binary): \(error); build it, or set WARREN_BINARY")
        }
        if let input, let stdin {
            // On a thread of its own: more than the pipe holds would wait for the process to read it.
            Thread.detachNewThread {
                try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
                try? stdin.fileHandleForWriting.close()
            }
        }
    }

    var pid: Int32 { process.processIdentifier }
    /// All lines so far, of both streams.
    var lines: [Transcript.Line] { transcript.value.lines }
    /// Whether it has ended, and all that it said is here.
    var hasEnded: Bool { transcript.value.isComplete }
    /// Standard output so far.
    var output: String { String(decoding: transcript.value.output, as: UTF8.self) }
    /// The end of what it said, for messages.
    var tail: String { transcript.value.tail() }

    /// Waits for a line that contains `text`; it may have come before.
    ///
    /// - Parameter line: Only what comes after it counts.
    @discardableResult
    func line(
        containing text: String,
        after line: Transcript.Line? = nil,
        within limit: Duration = .seconds(30)
    ) async throws -> Transcript.Line {
        let first = line.map { $0.index + 1 } ?? 0
        let command = command
        let what: @Sendable (Transcript) -> String = {
            "“\(text)” from `\(command)`, which said:\n\($0.tail())"
        }
        return try await transcript.wait(within: limit, for: what) { transcript in
            let found = transcript.lines.dropFirst(first).first { $0.text.contains(text) }
            if let found { return found }
            guard !transcript.isComplete else { throw TestFailure("there will be no " + what(transcript)) }
            return nil
        }
    }

    /// Waits for its end, and for the last of its output.
    @discardableResult
    func exit(within limit: Duration = .seconds(60)) async throws -> ProcessEnd {
        let command = command
        return try await transcript.wait(
            within: limit,
            for: { "the end of `\(command)`, which said:\n\($0.tail())" },
            { $0.isComplete ? $0.end : nil }
        )
    }

    /// SIGKILL, as `kill -9` does.
    func kill() { signal(SIGKILL) }
    /// SIGINT, as Ctrl-C does.
    func interrupt() { signal(SIGINT) }
    /// SIGTERM.
    func terminate() { signal(SIGTERM) }
    /// SIGHUP, as a terminal that closes sends it.
    func hangUp() { signal(SIGHUP) }
    /// SIGSTOP: it does nothing until ``thaw()``, and its connections go silent.
    func freeze() { signal(SIGSTOP) }
    /// SIGCONT.
    func thaw() { signal(SIGCONT) }

    /// Its children are not reached: that is what the tests are about.
    private func signal(_ signal: Int32) {
        // Once it has ended, its number may belong to another process.
        guard process.isRunning else { return }
        Foundation.kill(pid, signal)
    }

    /// A thread for each, because a `readabilityHandler` sometimes misses the end.
    private static func pipe(_ receive: @escaping @Sendable (Data) -> Void) -> Pipe {
        let pipe = Pipe()
        Thread.detachNewThread {
            while true {
                let bytes = pipe.fileHandleForReading.availableData
                receive(bytes)
                guard !bytes.isEmpty else { return }
            }
        }
        return pipe
    }
}
