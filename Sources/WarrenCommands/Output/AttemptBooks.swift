import Synchronization
import Warren

/// What is written down of attempts while a job runs: the log of all of them, and the items that were skipped.
final class AttemptBooks: Sendable {
    private struct State: Sendable {
        var job: JobID?
        var skipped: [UInt8] = []
        var failure: (any Error)?
    }

    private let log: JobLog?
    private let wanted: String?
    private let state = Mutex(State())

    init(_ arguments: JobArguments) throws {
        let path = arguments.command.joblog ?? arguments.command.resume
        log = try path.map { try JobLog(path: $0, appending: $0 == arguments.command.resume) }
        wanted = arguments.failed
    }

    /// Takes an event; called on the coordinator's thread.
    func take(_ event: JobEvent) {
        switch event {
        case .accepted(let id, _): state.withLock { $0.job = id }
        case .attempted(let records):
            for record in records { take(record) }
        case .skipped(let units): skip(units)
        default: break
        }
    }

    private func take(_ record: AttemptRecord) {
        do {
            try log?.write(record)
        } catch {
            // Once is enough to be told, at the end.
            state.withLock { $0.failure = $0.failure ?? error }
        }
    }

    private func skip(_ units: SkippedUnits) {
        let lines = units.items ?? Array("\(units.range.lowerBound)-\(units.range.upperBound)\n".utf8)
        state.withLock { $0.skipped += lines }
    }

    /// Writes the list of what was skipped, a line each, fit for `--input`.
    ///
    /// - Returns: Its path; nil if nothing was skipped.
    /// - Throws: Also what kept the log from being written.
    func finish() throws -> String? {
        let (job, skipped, failure) = state.withLock { ($0.job, $0.skipped, $0.failure) }
        if let failure { throw failure }
        guard !skipped.isEmpty else { return nil }
        let path = wanted ?? "warren-\(job?.description ?? "job").failed"
        do {
            try OutputFile.write(skipped, to: path)
        } catch let error as WarrenError {
            let items = String(decoding: skipped, as: UTF8.self)
            throw WarrenError(error.code, "\(error.message); these failed for good:\n\(items)")
        }
        return path
    }
}
