import ArgumentParser
import Warren

/// `warren run`: the same job in this process, without a broker.
struct RunCommand<Program: WarrenProgram>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "run",
            abstract: "Run a job in this process, without a broker, to the same result."
        )
    }

    @OptionGroup var arguments: JobArguments

    @Option(
        help: ArgumentHelp("Fragments at a time. (default: the processors there are)", valueName: "number")
    )
    var slots: Int?

    func validate() throws {
        if let slots, slots < 1 { throw ValidationError("--slots takes 1 or more, not \(slots)") }
    }

    func run() async throws {
        let request = try JobRequest(arguments, catalog: JobCatalog(Program.jobs))
        let display = JobDisplay(isQuiet: arguments.quiet)
        let (arguments, slots) = (arguments, slots ?? Processors.available())
        try await Interruption.handling(
            first: { $0.cancel() },
            second: {
                display.finish()
                Self.exit(withError: ExitCode.interrupted)
            },
            { try await Self.run(request.type, request, arguments, slots, display) }
        )
    }

    private static func run<J: Job>(
        _ type: J.Type,
        _ request: JobRequest,
        _ arguments: JobArguments,
        _ slots: Int,
        _ display: JobDisplay
    ) async throws {
        try await JobOutcome.deliver(arguments, display) {
            try await LocalRunner.run(
                type,
                encodedParameters: request.parameters,
                input: request.input,
                policy: request.policy,
                slots: slots,
                observer: { display.show($0) }
            )
        }
    }
}
