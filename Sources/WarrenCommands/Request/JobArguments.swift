import ArgumentParser
import Warren

/// What `submit` and `run` have in common: which job, on what, and where the result goes.
struct JobArguments: ParsableArguments {
    @Argument(help: "A kind of job (see “warren kinds”), or a job file (see jobs/); none with --map.")
    var job: String?

    @OptionGroup(title: "Commands as jobs")
    var command: CommandArguments

    @Option(
        help: ArgumentHelp(
            "A file, directory or pattern to work on, or - for the lines of standard input. May be repeated.",
            valueName: "path"
        )
    )
    var input: [String] = []

    @Flag(help: "Send the lines of the input along in the messages, for workers that do not share its files.")
    var inline = false

    @Option(help: ArgumentHelp("A parameter of the job. May be repeated.", valueName: "name=value"))
    var set: [String] = []

    @Option(
        help: ArgumentHelp("How often a fragment that fails is tried again. (default: 3)", valueName: "times")
    )
    var retries: Int?

    @Option(help: ArgumentHelp("The same for one that crashes. (default: 2)", valueName: "times"))
    var crashRetries: Int?

    @Option(help: ArgumentHelp("The same for one that runs out of time. (default: 1)", valueName: "times"))
    var timeoutRetries: Int?

    @Option(
        help: ArgumentHelp("The same for one that uses too much memory. (default: 1)", valueName: "times")
    )
    var memoryRetries: Int?

    @Option(
        help: ArgumentHelp(
            "How long an attempt may take, or each run of a command: 90s, 10m, 2h.",
            valueName: "time"
        )
    )
    var timeout: TimeLimit?

    @Option(
        help: ArgumentHelp(
            "If a unit fails for good: stop, or skip it and go on. (default: stop)",
            valueName: "stop|skip"
        )
    )
    var onFailure: FailureChoice?

    @Option(
        help: ArgumentHelp("Where skipped items are listed. (default: warren-JOB.failed)", valueName: "file")
    )
    var failed: String?

    @Option(
        help: ArgumentHelp("Units in each fragment, in place of what measuring says.", valueName: "units")
    )
    var fragmentSize: UInt64?

    @Option(
        help: ArgumentHelp("Fragments out at once, in place of what measuring says.", valueName: "fragments")
    )
    var window: Int?

    @Option(
        help: ArgumentHelp(
            "What the job claims of the slots beside other jobs, 1 to 1000. (default: 1)",
            valueName: "weight"
        )
    )
    var weight: Int?

    @Flag(
        inversion: .prefixedNo,
        help: "Run what is late at the end a second time. (default: unless a fragment may have side effects)"
    )
    var backups: Bool?

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
        for (name, times) in [
            ("retries", retries), ("crash-retries", crashRetries), ("timeout-retries", timeoutRetries),
            ("memory-retries", memoryRetries),
        ] {
            if let times, times < 0 { throw ValidationError("--\(name) takes 0 or more, not \(times)") }
        }
        if job == nil, command.map == nil {
            throw ValidationError(
                "name a kind of job, a job file, or a command with --map; see “warren kinds”"
            )
        }
        if let job, command.map != nil {
            throw ValidationError("--map makes a job by itself; leave out “\(job)”, or quote the command")
        }
        if fragmentSize == 0 { throw ValidationError("--fragment-size takes 1 or more units, not 0") }
        if let window, window < 1 {
            throw ValidationError("--window takes 1 or more fragments, not \(window)")
        }
        if let weight, !(1...1000).contains(weight) {
            throw ValidationError("--weight takes a whole number from 1 to 1000, not \(weight)")
        }
        if let wrong = set.first(where: { !$0.contains("=") }) {
            throw ValidationError("--set takes name=value, not “\(wrong)”")
        }
    }
}

/// What becomes of a job if a unit fails for good, as it is typed.
enum FailureChoice: String, ExpressibleByArgument, Sendable {
    case stop, skip

    var policy: LedgerPolicy.OnFailure { self == .stop ? .stop : .skip }
}

enum ResultFormat: String, ExpressibleByArgument, Sendable { case text, json }
