import ArgumentParser
import Warren

/// `warren executor`: what a worker starts for each of its slots. Nobody else has a use for it.
struct ExecutorCommand<Program: WarrenProgram>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: executorCommandName,
            abstract: "Run a worker's fragments.",
            shouldDisplay: false
        )
    }

    @Option var name: String
    @Option var memory: UInt64?
    /// For whoever looks at the list of processes.
    @Argument var slot: String

    func run() throws {
        ExecutorService.run(jobs: Program.catalog, worker: name, memoryLimit: memory)
    }
}

/// Its name on the command line, by which workers start it.
let executorCommandName = "executor"
