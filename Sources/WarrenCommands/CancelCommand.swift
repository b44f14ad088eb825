import ArgumentParser
import Warren

/// `warren cancel`: end a job from anywhere.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel a job: stop what runs of it, drop what waits.",
        discussion:
            "Its submitter leaves as if it had been interrupted. If that is gone, the workers drop what is left."
    )

    @OptionGroup var broker: BrokerOption

    @Argument(help: "The job's id, as its submitter printed it.")
    var job: String

    func run() async throws {
        guard let id = JobID(bytes: Array(job.utf8)) else { throw ValidationError("“\(job)” is no job's id") }
        let isAnswered = try await JobCancellation.cancel(id, at: broker.endpoint())
        var standardError = StandardError()
        print(
            isAnswered
                ? "job \(id) is being cancelled"
                : "no submitter of job \(id) answers; the workers were told to drop what they have of it",
            to: &standardError
        )
    }
}
