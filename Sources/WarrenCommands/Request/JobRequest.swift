import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A job as the requester wants it: what the job file says, overridden by the command line, checked before
/// anything is sent.
struct JobRequest: Sendable {
    /// What is to be done.
    enum Work: Sendable {
        /// A kind of job, with all its parameters as JSON.
        case job(any Job.Type, parameters: [UInt8], input: JobInput)
        case command(CommandRequest)
    }

    let work: Work
    let options: JobOptions
    let pool: Pool

    /// The longest that a work queue lets a fragment go unacknowledged.
    private static let longestTimeLimit: Duration = .seconds(604_800)

    /// - Throws: ``WarrenError`` that names the option, or the file and line, and what was expected.
    init(_ arguments: JobArguments, pool: String? = nil, catalog: JobCatalog) throws {
        for path in [arguments.output, arguments.receipt, arguments.failed, arguments.command.joblog]
            .compactMap(\.self)
        {
            try OutputFile.check(path)
        }
        let file = try arguments.job.flatMap { try Self.file(named: $0, catalog) }
        if let map = arguments.command.map ?? file.flatMap({ $0.command.map.isEmpty ? nil : $0.command.map })
        {
            if let wrong = arguments.set.first {
                throw WarrenError(
                    .usage,
                    "--set \(wrong): a command has no parameters; write them into the command"
                )
            }
            work = .command(try CommandRequest(Self.wish(map, arguments, file)))
        } else {
            work = try Self.job(arguments, file, catalog)
        }
        self.pool = try (pool ?? file?.pool).map { try Pool($0) } ?? .default
        var options = JobOptions()
        options.policy.retries = arguments.retries ?? file?.retries ?? options.policy.retries
        options.policy.crashRetries =
            arguments.crashRetries ?? file?.crashRetries ?? options.policy.crashRetries
        options.policy.timeoutRetries =
            arguments.timeoutRetries ?? file?.timeoutRetries ?? options.policy.timeoutRetries
        options.policy.memoryRetries =
            arguments.memoryRetries ?? file?.memoryRetries ?? options.policy.memoryRetries
        options.policy.onFailure = arguments.onFailure?.policy ?? file?.onFailure ?? .stop
        options.policy.fragmentSize = arguments.fragmentSize ?? file?.fragmentSize
        options.policy.window = arguments.window ?? file?.window
        options.policy.backups = arguments.backups ?? file?.backups
        options.weight = arguments.weight ?? file?.weight ?? options.weight
        options.timeLimit = (arguments.timeout ?? file?.timeLimit)?.duration
        options.accountsAttempts =
            arguments.command.joblog != nil || arguments.command.resume != nil
            || options.policy.onFailure == .skip
        if let limit = options.timeLimit, limit > Self.longestTimeLimit {
            throw WarrenError(
                .usage,
                "--timeout \(limit) is longer than the 7 days after which the broker gives a fragment to somebody else"
            )
        }
        self.options = options
    }

    private static func job(
        _ arguments: JobArguments,
        _ file: JobFile?,
        _ catalog: JobCatalog
    ) throws -> Work {
        if let option = arguments.command.firstGiven {
            throw WarrenError(.usage, "\(option) goes with --map: a command, not a kind of job")
        }
        let kind = file?.kind ?? JobKind(rawValue: arguments.job ?? "")
        guard let type = catalog[kind], kind != Command.kind else {
            let place = file.map { "\($0.kindPlace): " } ?? ""
            let known = catalog.kinds.filter { $0 != Command.kind }.map(\.rawValue).joined(separator: ", ")
            throw WarrenError(.usage, "\(place)there is no kind of job “\(kind)” here; there are \(known)")
        }
        let schema = try JobSchema(type)
        var given = file?.parameters ?? []
        for setting in arguments.set {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            given.append((name, schema.parse(String(parts[1]), for: name), "--set \(name)"))
        }
        let parameters = try schema.resolve(given)
        let input = try JobInput(
            arguments.input.isEmpty ? file?.input ?? [] : arguments.input,
            isInline: arguments.inline || file?.isInline ?? false
        )
        if let streamed = type as? any StreamedJob.Type { try check(streamed, arguments) }
        // What the job itself refuses is refused before anything is sent, too.
        try check(type, parameters, input)
        return .job(type, parameters: parameters, input: input)
    }

    private static func wish(
        _ map: String,
        _ arguments: JobArguments,
        _ file: JobFile?
    ) -> CommandRequest.Wish {
        let given = arguments.command
        var wish = file?.command ?? CommandRequest.Wish()
        wish.map = map
        wish.combine = given.combine ?? wish.combine
        wish.reduce = given.reduce ?? wish.reduce
        // One sort of input on the command line replaces any other in the file.
        if !arguments.input.isEmpty || !given.items.isEmpty || given.range != nil {
            wish.input = arguments.input
            wish.items = given.items
            wish.range = given.range
        }
        wish.isInline = arguments.inline || file?.isInline ?? false
        wish.usesShell = given.shell || wish.usesShell
        wish.environment += given.env
        wish.directory = given.chdir ?? wish.directory
        wish.success = given.success ?? wish.success
        wish.keepsOrder = given.keepOrder || wish.keepsOrder
        wish.isTagged = given.tag || wish.isTagged
        wish.isDryRun = given.dryRun
        wish.resume = given.resume
        return wish
    }

    private static func check<J: Job>(_ type: J.Type, _ parameters: [UInt8], _ input: JobInput) throws {
        let job = try J(parameters: JSONCoding.decode(J.Parameters.self, from: parameters))
        _ = try job.source(for: input)
    }

    /// What is streamed has one form, and what is no text garbles a terminal.
    private static func check(_ type: any StreamedJob.Type, _ arguments: JobArguments) throws {
        if arguments.format != .text {
            throw WarrenError(
                .usage,
                "--format: the result of \(type.kind) is \(type.mediaType) and nothing else"
            )
        }
        guard arguments.output == nil, !type.mediaType.hasPrefix("text/"), isatty(1) == 1 else { return }
        throw WarrenError(
            .usage,
            """
            the result of \(type.kind) is \(type.mediaType), which a terminal cannot show; write it to a file with \
            -o FILE, or send standard output elsewhere
            """
        )
    }

    /// A kind's name is never taken for a file, even if one of that name lies here.
    private static func file(named job: String, _ catalog: JobCatalog) throws -> JobFile? {
        if catalog[JobKind(rawValue: job)] != nil { return nil }
        let looksLikeFile = job.contains("/") || job.hasSuffix(".yaml") || job.hasSuffix(".yml")
        return looksLikeFile || access(job, F_OK) == 0 ? try JobFile(path: job) : nil
    }
}
