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
    @OptionGroup var store: StoreOption

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

    @Flag(help: "Run any command that a job asks for (submit --map). That is remote execution.")
    var allowCommands = false

    @Option(
        help: ArgumentHelp("Run commands, but this program only. May be repeated.", valueName: "path")
    )
    var allowCommand: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where fragments run: each slot in a process of its own, or none but this one.",
            valueName: "executors|none"
        )
    )
    var isolation: Isolation = .executors

    @Option(help: ArgumentHelp("The most memory that a slot may use, such as 2GB.", valueName: "size"))
    var memory: ByteCount?

    @Option(help: ArgumentHelp("Replace an executor after so many fragments.", valueName: "fragments"))
    var recycleAfter: Int?

    @Option(help: ArgumentHelp("Replace an executor that has grown by so much.", valueName: "size"))
    var recycleGrowth: ByteCount?

    @Option(help: ArgumentHelp("How long what runs may go on after Ctrl-C or SIGTERM.", valueName: "time"))
    var drainTimeout: TimeLimit?

    enum Isolation: String, ExpressibleByArgument, Sendable { case executors, none }

    @Flag(help: "Show nothing but errors.")
    var quiet = false

    func validate() throws {
        if let slots, !(1...1000).contains(slots) {
            throw ValidationError("--slots takes 1 to 1000, not \(slots)")
        }
        if let recycleAfter, recycleAfter < 1 {
            throw ValidationError("--recycle-after takes 1 or more fragments, not \(recycleAfter)")
        }
        if isolation == .none, memory != nil || recycleAfter != nil || recycleGrowth != nil {
            throw ValidationError("--memory and --recycle-… need executors; leave out --isolation none")
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
        configuration.store = try store.opened()
        configuration.memoryLimit = memory?.bytes
        configuration.drainLimit = drainTimeout?.duration
        configuration.commands = try permission
        if isolation == .executors {
            var setup = ExecutorSetup(arguments: [executorCommandName])
            setup.fragmentLimit = recycleAfter
            setup.growthLimit = recycleGrowth?.bytes
            configuration.executors = setup
        }
        let display = WorkerDisplay()
        let isQuiet = quiet
        let worker = Worker(jobs: Program.catalog, configuration: configuration) { event in
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

    private var permission: CommandPermission {
        get throws {
            guard !allowCommand.isEmpty else { return allowCommands ? .all : .none }
            return .only(
                try allowCommand.map { program in
                    guard let path = CommandPermission.resolve(program) else {
                        throw ValidationError("--allow-command \(program): there is no such program here")
                    }
                    return path
                }
            )
        }
    }
}
