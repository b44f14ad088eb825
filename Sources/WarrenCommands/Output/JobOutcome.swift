import ArgumentParser
import Warren

/// The end of a job, as its requester gets it: result, receipt, exit code.
enum JobOutcome {
    /// Runs a job and hands out what comes of it.
    ///
    /// - Throws: `ExitCode` if the job failed, having said why, or if some of it was skipped.
    static func deliver<Output>(
        _ arguments: JobArguments,
        _ display: JobDisplay,
        _ run: (_ observer: @escaping JobObserver) async throws -> JobResult<Output>
    ) async throws where Output: Encodable & Sendable & CustomStringConvertible {
        try await conclude(arguments, display, run) { output in
            let bytes = try Rendering.bytes(of: output, arguments.format)
            if let path = arguments.output {
                try OutputFile.write(bytes, to: path)
            } else {
                try OutputFile.writeToStandardOutput(bytes)
            }
            return Digest.sha256(bytes)
        }
    }

    /// The same for a result that has been written when it is complete.
    static func deliver(
        _ arguments: JobArguments,
        _ display: JobDisplay,
        _ run: (_ observer: @escaping JobObserver) async throws -> JobResult<WrittenResult>
    ) async throws {
        try await conclude(arguments, display, run) { $0.digest }
    }

    /// - Parameter write: Writes the result; its SHA-256.
    private static func conclude<Output>(
        _ arguments: JobArguments,
        _ display: JobDisplay,
        _ run: (_ observer: @escaping JobObserver) async throws -> JobResult<Output>,
        _ write: (Output) throws -> String
    ) async throws {
        let books = try AttemptBooks(arguments)
        do {
            var result = try await run { event in
                books.take(event)
                display.show(event)
            }
            display.finish()
            result.receipt.resultSHA256 = try write(result.output)
            try tell(result.receipt, arguments, display)
            let skipped = try books.finish()
            guard let skipped else { return }
            display.error(
                "\(Rendering.count(Int(result.receipt.skipped), "unit")) failed for good; listed in \(skipped)"
            )
            throw ExitCode.incomplete
        } catch let failure as JobFailure {
            display.finish()
            // As a program ends that was not asked to handle it: whoever reads has seen enough.
            if failure.error.isBrokenPipe { throw ExitCode.brokenPipe }
            display.error(failure.error.message)
            try tell(failure.receipt, arguments, display)
            throw ExitCode.of(failure.error.code == .cancelled ? .cancelled : .job)
        } catch {
            display.finish()
            if (error as? WarrenError)?.isBrokenPipe == true { throw ExitCode.brokenPipe }
            throw error
        }
    }

    private static func tell(_ receipt: Receipt, _ arguments: JobArguments, _ display: JobDisplay) throws {
        display.line(Rendering.line(receipt))
        guard let path = arguments.receipt else { return }
        try OutputFile.write(JSONCoding.encodePretty(receipt) + [UInt8(ascii: "\n")], to: path)
    }
}
