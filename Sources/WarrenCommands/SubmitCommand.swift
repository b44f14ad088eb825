import ArgumentParser
import Warren

/// `warren submit`: one job, through the broker, to an exact answer.
struct SubmitCommand<Program: WarrenProgram>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "submit",
            abstract: "Split a job over the workers and print its result.",
            discussion: """
                The result goes to standard output, everything else to standard error. Ctrl-C cancels the job; once \
                more leaves at once.
                """
        )
    }

    @OptionGroup var arguments: JobArguments
    @OptionGroup var broker: BrokerOption

    @Option(help: ArgumentHelp("The workers to use. (default: default)", valueName: "name"))
    var pool: String?

    func run() async throws {
        let request = try JobRequest(arguments, pool: pool, catalog: JobCatalog(Program.jobs))
        let endpoint = try broker.endpoint()
        let display = JobDisplay(isQuiet: arguments.quiet)
        let arguments = arguments
        try await Interruption.handling(
            first: { $0.cancel() },
            second: {
                display.finish()
                Self.exit(withError: ExitCode.interrupted)
            },
            {
                let coordinator = try await Coordinator.connect(to: endpoint, pool: request.pool)
                do {
                    try await Self.submit(request.type, request, arguments, to: coordinator, display)
                } catch {
                    await coordinator.close()
                    throw error
                }
                await coordinator.close()
            }
        )
    }

    private static func submit<J: Job>(
        _ type: J.Type,
        _ request: JobRequest,
        _ arguments: JobArguments,
        to coordinator: Coordinator,
        _ display: JobDisplay
    ) async throws {
        try await JobOutcome.deliver(arguments, display) {
            try await coordinator.submit(
                type,
                encodedParameters: request.parameters,
                input: request.input,
                policy: request.policy,
                observer: { display.show($0) }
            )
        }
    }
}
