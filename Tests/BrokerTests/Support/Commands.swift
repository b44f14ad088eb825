import Foundation

/// What tests of commands need: workers that run them, input files, and a look at what is still running.
extension WarrenScope {
    /// Starts a worker that runs commands, and waits until it consumes.
    @discardableResult
    func commandWorker(
        _ name: String,
        pool: String,
        slots: Int = 2,
        _ options: String...
    ) async throws -> WarrenProcess {
        try await commandWorker(name, pool: pool, slots: slots, options)
    }

    private func commandWorker(
        _ name: String,
        pool: String,
        slots: Int,
        _ options: [String]
    ) async throws -> WarrenProcess {
        let worker = try start(
            ["worker", "--name", name, "--pool", pool, "--slots", "\(slots)", "--allow-commands"] + options
        )
        try await worker.line(containing: "ready")
        return worker
    }

    /// Starts workers and kills each some moment after it has begun to work, as long as the job runs.
    func killWorkers(_ count: Int, pool: String, _ options: String..., until job: WarrenProcess) async throws
    {
        for number in 1...count where !job.hasEnded {
            let victim = try await commandWorker("victim-\(number)", pool: pool, slots: 2, options)
            // There may be nothing left for it to do.
            _ = try? await victim.line(containing: "first fragment", within: .seconds(2))
            try await Task.sleep(for: .milliseconds(.random(in: 0...100)))
            victim.kill()
        }
    }

    /// Keeps a worker running as a service manager would: whenever it ends, another is started.
    func keepRunning(_ name: String, pool: String, slots: Int = 1, until job: WarrenProcess) async throws {
        var number = 0
        while true {
            number += 1
            let worker = try await commandWorker("\(name)-\(number)", pool: pool, slots: slots)
            let ended = try await Self.first(of: worker, or: job)
            if ended === job { return }
        }
    }

    private static func first(of one: WarrenProcess, or other: WarrenProcess) async throws -> WarrenProcess {
        try await withThrowingTaskGroup(of: WarrenProcess.self) { group in
            for process in [one, other] {
                group.addTask {
                    try await process.exit(within: .seconds(180))
                    return process
                }
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}

/// Runs a command by hand; what it prints.
func byHand(_ command: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
}

/// The processes whose command line contains a text, this one excepted.
func processes(running text: String) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.filter { pid in
        guard pid != getpid(), let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
            return false
        }
        let words = String(decoding: line, as: UTF8.self).replacingOccurrences(of: "\0", with: " ")
        // A submitter has the command on its own line.
        return words.contains(text) && !words.contains("--map")
    }
}

/// Waits until no process runs whose command line contains a text; the system has no event for that.
func processesEnd(running text: String, within limit: Duration = .seconds(10)) async throws {
    let deadline = ContinuousClock.now + limit
    while !processes(running: text).isEmpty {
        guard ContinuousClock.now < deadline else { throw TestFailure("“\(text)” still runs") }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// Waits until a process runs whose command line contains a text.
func processBegins(running text: String, within limit: Duration = .seconds(30)) async throws {
    let deadline = ContinuousClock.now + limit
    while processes(running: text).isEmpty {
        guard ContinuousClock.now < deadline else { throw TestFailure("“\(text)” never ran") }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// A number of seconds that nobody else sleeps.
func uniqueSleep() -> String { "7\(Int.random(in: 100_000...999_999)).5" }
