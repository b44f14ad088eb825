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
        let request = try JobRequest(arguments, catalog: Program.catalog)
        let display = JobDisplay(isQuiet: arguments.quiet)
        let (arguments, slots) = (arguments, slots ?? Processors.available())
        try await Interruption.handling(
            first: { $0.cancel() },
            second: {
                display.finish()
                DraftFiles.removeAll()
                ProcessGroups.shared.killAllAndExit(ExitCode.interrupted.rawValue)
            },
            { try await LocalWork(slots: slots).perform(request, arguments, display) }
        )
    }
}
