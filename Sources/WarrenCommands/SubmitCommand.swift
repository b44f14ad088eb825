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
    @OptionGroup var store: StoreOption

    @Option(help: ArgumentHelp("The workers to use. (default: default)", valueName: "name"))
    var pool: String?

    func run() async throws {
        let request = try JobRequest(arguments, pool: pool, catalog: Program.catalog)
        if arguments.command.dryRun {
            return try await LocalWork(slots: 1).perform(request, arguments, JobDisplay(isQuiet: true))
        }
        let endpoint = try broker.endpoint()
        let store = try store.opened()
        let display = JobDisplay(isQuiet: arguments.quiet)
        let arguments = arguments
        try await Interruption.handling(
            first: { $0.cancel() },
            second: {
                display.finish()
                DraftFiles.removeAll()
                Self.exit(withError: ExitCode.interrupted)
            },
            {
                let coordinator = try await Coordinator.connect(
                    to: endpoint,
                    pool: request.pool,
                    store: store
                )
                Self.warn(of: request.options.timeLimit, at: coordinator.brokerVersion, display)
                do {
                    try await RemoteWork(coordinator: coordinator).perform(request, arguments, display)
                } catch {
                    await coordinator.close()
                    throw error
                }
                await coordinator.close()
            }
        )
    }

    /// Before RabbitMQ 3.12 a queue cannot ask for more time than the broker gives to all.
    private static func warn(of limit: Duration?, at version: String?, _ display: JobDisplay) {
        guard let limit, limit > .seconds(1800), let version else { return }
        let parts = version.split(separator: ".").prefix(2).compactMap { Int($0) }
        guard parts.count == 2, (parts[0], parts[1]) < (3, 12) else { return }
        display.line(
            """
            warning: RabbitMQ \(version) gives a fragment to another worker after 30 minutes unless its consumer_timeout \
            is higher, and --timeout allows \(limit); see docs/operations.md
            """
        )
    }
}
