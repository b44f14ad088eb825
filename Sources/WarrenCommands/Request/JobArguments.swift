import ArgumentParser
import Warren

/// What `submit` and `run` have in common: which job, on what, and where the result goes.
struct JobArguments: ParsableArguments {
    @Argument(help: "A kind of job (see “warren kinds”), or a job file (see jobs/).")
    var job: String

    @Option(
        help: ArgumentHelp(
            "A file, directory or pattern to work on, or - for the lines of standard input. May be repeated.",
            valueName: "path"
        )
    )
    var input: [String] = []

    @Option(help: ArgumentHelp("A parameter of the job. May be repeated.", valueName: "name=value"))
    var set: [String] = []

    @Option(
        help: ArgumentHelp("How often a fragment that fails is tried again. (default: 3)", valueName: "times")
    )
    var retries: Int?

    @Option(
        help: ArgumentHelp("Units in each fragment, in place of what measuring says.", valueName: "units")
    )
    var fragmentSize: UInt64?

    @Option(
        help: ArgumentHelp("Fragments out at once, in place of what measuring says.", valueName: "fragments")
    )
    var window: Int?

    @Option(help: "The form of the result: text or json.")
    var format: ResultFormat = .text

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write the result to a file, whole or not at all.", valueName: "file")
    )
    var output: String?

    @Option(help: ArgumentHelp("Write the receipt to a file, as JSON.", valueName: "file"))
    var receipt: String?

    @Flag(help: "Show nothing but the result and errors.")
    var quiet = false

    func validate() throws {
        if let retries, retries < 0 { throw ValidationError("--retries takes 0 or more, not \(retries)") }
        if fragmentSize == 0 { throw ValidationError("--fragment-size takes 1 or more units, not 0") }
        if let window, window < 1 {
            throw ValidationError("--window takes 1 or more fragments, not \(window)")
        }
        if let wrong = set.first(where: { !$0.contains("=") }) {
            throw ValidationError("--set takes name=value, not “\(wrong)”")
        }
    }
}

enum ResultFormat: String, ExpressibleByArgument, Sendable { case text, json }
