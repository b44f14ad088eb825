import ArgumentParser
import Warren

/// `warren store`: the directory in which large payloads and partials lie.
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Cleans up a store (--store) after submitters that were killed.",
        subcommands: [Collect.self]
    )

    struct Collect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "gc",
            abstract: "Removes what jobs have left behind, and lists the jobs."
        )

        @Argument(help: ArgumentHelp("The directory.", valueName: "dir")) var directory: String

        @Option(
            help: ArgumentHelp(
                "Only of jobs that have written nothing for so long. (default: 7d, longer than any fragment may take)",
                valueName: "time"
            )
        )
        var olderThan: TimeLimit?

        func run() throws {
            let age = olderThan?.duration ?? .seconds(7 * 86400)
            for job in try PayloadStore(directory).removeAbandoned(olderThan: age) { print(job) }
        }
    }
}
