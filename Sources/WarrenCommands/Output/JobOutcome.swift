import ArgumentParser
import Warren

/// The end of a job, as its requester gets it: result, receipt, exit code.
enum JobOutcome {
    /// Runs a job and hands out what comes of it.
    ///
    /// - Throws: `ExitCode` if the job failed, having said why.
    static func deliver<Output>(
        _ arguments: JobArguments,
        _ display: JobDisplay,
        _ run: () async throws -> JobResult<Output>
    ) async throws where Output: Encodable & Sendable & CustomStringConvertible {
        do {
            var result = try await run()
            display.finish()
            let bytes = try Rendering.bytes(of: result.output, arguments.format)
            result.receipt.resultSHA256 = Digest.sha256(bytes)
            if let path = arguments.output {
                try OutputFile.write(bytes, to: path)
            } else {
                try OutputFile.writeToStandardOutput(bytes)
            }
            try tell(result.receipt, arguments, display)
        } catch let failure as JobFailure {
            display.finish()
            display.error(failure.error.message)
            try tell(failure.receipt, arguments, display)
            throw ExitCode.of(failure.error.code == .cancelled ? .cancelled : .job)
        } catch {
            display.finish()
            throw error
        }
    }

    private static func tell(_ receipt: Receipt, _ arguments: JobArguments, _ display: JobDisplay) throws {
        display.line(Rendering.line(receipt))
        guard let path = arguments.receipt else { return }
        try OutputFile.write(JSONCoding.encodePretty(receipt) + [UInt8(ascii: "\n")], to: path)
    }
}
