import ArgumentParser

/// What makes a job of a command: `--map` and what goes with it.
struct CommandArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Run this command on the input instead of a kind of job.",
            discussion: """
                With {} it runs once for each item; else stretches of the input are its standard input. {.} {/} {/.} \
                {//} and {#} are the item without its extension, its name, that without its extension, its folder, and \
                its number.
                """,
            valueName: "command"
        )
    )
    var map: String?

    @Option(
        help: ArgumentHelp("Fold what the runs of a fragment print, where they ran.", valueName: "command")
    )
    var combine: String?

    @Option(help: ArgumentHelp("Make the result of all that was printed, here.", valueName: "command"))
    var reduce: String?

    @Option(help: ArgumentHelp("Files whose names are the items. May be repeated.", valueName: "pattern"))
    var items: [String] = []

    @Option(help: ArgumentHelp("The numbers from A to B as items, both included.", valueName: "A..B"))
    var range: String?

    @Flag(help: "Let a shell understand the commands (pipes, variables, patterns).")
    var shell = false

    @Option(
        help: ArgumentHelp(
            "A variable for the commands; without a value, as it is here.",
            valueName: "name=value"
        )
    )
    var env: [String] = []

    @Option(help: ArgumentHelp("Where the commands run. (default: here)", valueName: "folder"))
    var chdir: String?

    @Option(help: ArgumentHelp("The exit codes that are no failure. (default: 0)", valueName: "codes"))
    var success: String?

    @Flag(name: [.customShort("k"), .customLong("keep-order")], help: "Print in the order of the input.")
    var keepOrder = false

    @Flag(help: "Begin each line that is printed with its item and a tab.")
    var tag = false

    @Option(help: ArgumentHelp("Write a line for every attempt to a file.", valueName: "file"))
    var joblog: String?

    @Option(
        help: ArgumentHelp("Leave out what this log says was done; it goes on there.", valueName: "joblog")
    )
    var resume: String?

    @Flag(help: "Print the commands that would run, and run none.")
    var dryRun = false

    /// The first option that was given, if any, for an error.
    var firstGiven: String? {
        let options: [(String, Bool)] = [
            ("--combine", combine != nil), ("--reduce", reduce != nil), ("--items", !items.isEmpty),
            ("--range", range != nil), ("--shell", shell), ("--env", !env.isEmpty), ("--chdir", chdir != nil),
            ("--success", success != nil), ("--keep-order", keepOrder), ("--tag", tag),
            ("--resume", resume != nil), ("--dry-run", dryRun),
        ]
        return options.first { $0.1 }?.0
    }
}
