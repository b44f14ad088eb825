import ArgumentParser
import Warren

/// The root of the command line.
struct WarrenCommand<Program: WarrenProgram>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: ProcessList.programName,
            abstract: "One request, many workers, one exact answer.",
            discussion: """
                Exit codes: 0 done; 1 the job failed, or the doctor found a problem; 2 the broker cannot be reached or refuses; \
                3 done, but some units failed for good and were skipped; 64 wrong usage, or input that is not there; 130 interrupted.
                """,
            version: "Warren \(WarrenVersion.current)",
            subcommands: [
                SubmitCommand<Program>.self, WorkerCommand<Program>.self, RunCommand<Program>.self,
                CancelCommand.self, KindsCommand<Program>.self, WorkersCommand.self, DeadCommand.self,
                SetupCommand.self, DoctorCommand.self, BrokerCommand.self, KeyCommand.self, StoreCommand.self,
                ExecutorCommand<Program>.self,
            ]
        )
    }
}
