import ArgumentParser
import Logging
import ServiceLifecycle
import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `warren worker`: take fragments until told to stop.
struct WorkerCommand<Program: WarrenProgram>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "worker",
            abstract: "Take fragments from a broker and answer them, until stopped.",
            discussion: """
                Start as many as you like, on as many machines as you like. Ctrl-C or SIGTERM finishes what runs, gives \
                the rest back and exits with 0; once more stops at once. Killing one loses nothing.
                """
        )
    }

    @OptionGroup var broker: BrokerOption

    @Option(
        help: ArgumentHelp("Fragments at a time. (default: the processors there are)", valueName: "number")
    )
    var slots: Int?

    @Option(help: "The group of workers to belong to.")
    var pool = "default"

    @Option(help: "A name for people. (default: host and process)")
    var name: String?

    @Option(
        help: ArgumentHelp(
            "Fragments that may wait or run, for each slot, in place of what measuring says.",
            valueName: "number"
        )
    )
    var prefetch: UInt16?

    @Flag(help: "Show nothing but errors.")
    var quiet = false

    func validate() throws {
        if let slots, !(1...1000).contains(slots) {
            throw ValidationError("--slots takes 1 to 1000, not \(slots)")
        }
        if prefetch == 0 { throw ValidationError("--prefetch takes 1 or more, not 0") }
        if let name, name.isEmpty || name.utf8.count > 100 {
            throw ValidationError("--name takes 1 to 100 characters, not \(name.utf8.count)")
        }
    }

    func run() async throws {
        var configuration = WorkerConfiguration(
            endpoint: try broker.endpoint(),
            name: name ?? "\(hostName()).\(getpid())",
            slots: slots ?? Processors.available()
        )
        configuration.pool = try Pool(pool)
        configuration.prefetch = prefetch
        let display = WorkerDisplay()
        let isQuiet = quiet
        let worker = Worker(jobs: JobCatalog(Program.jobs), configuration: configuration) { event in
            if !isQuiet { display.show(event) }
        }
        let group = ServiceGroup(
            services: [worker],
            gracefulShutdownSignals: [],
            cancellationSignals: [],
            logger: Logger(label: "warren") { _ in SwiftLogNoOpLogHandler() }
        )
        defer { display.flush() }
        try await Interruption.handling(
            first: { _ in await group.triggerGracefulShutdown() },
            second: {
                display.flush()
                Self.exit(withError: ExitCode.interrupted)
            },
            { try await group.run() }
        )
    }
}
