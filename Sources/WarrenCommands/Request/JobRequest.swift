import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A job as the requester wants it: what the job file says, overridden by the command line, checked before
/// anything is sent.
struct JobRequest: Sendable {
    let type: any Job.Type
    /// All parameters, as JSON.
    let parameters: [UInt8]
    let input: JobInput
    let policy: LedgerPolicy
    let pool: Pool

    /// - Throws: ``WarrenError`` that names the option, or the file and line, and what was expected.
    init(_ arguments: JobArguments, pool: String? = nil, catalog: JobCatalog) throws {
        for path in [arguments.output, arguments.receipt].compactMap(\.self) { try OutputFile.check(path) }
        let file = try Self.file(named: arguments.job, catalog)
        let kind = file?.kind ?? JobKind(rawValue: arguments.job)
        guard let type = catalog[kind] else {
            let place = file.map { "\($0.kindPlace): " } ?? ""
            let known = catalog.kinds.map(\.rawValue).joined(separator: ", ")
            throw WarrenError(.usage, "\(place)there is no kind of job “\(kind)” here; there are \(known)")
        }
        self.type = type
        let schema = try JobSchema(type)
        var given = file?.parameters ?? []
        for setting in arguments.set {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            given.append((name, schema.parse(String(parts[1]), for: name), "--set \(name)"))
        }
        parameters = try schema.resolve(given)
        input = try JobInput(arguments.input.isEmpty ? file?.input ?? [] : arguments.input)
        // What the job itself refuses is refused before anything is sent, too.
        try Self.check(type, parameters, input)
        self.pool = try (pool ?? file?.pool).map { try Pool($0) } ?? .default
        var policy = LedgerPolicy()
        policy.retries = arguments.retries ?? file?.retries ?? policy.retries
        policy.fragmentSize = arguments.fragmentSize ?? file?.fragmentSize
        policy.window = arguments.window ?? file?.window
        self.policy = policy
    }

    private static func check<J: Job>(_ type: J.Type, _ parameters: [UInt8], _ input: JobInput) throws {
        let job = try J(parameters: JSONCoding.decode(J.Parameters.self, from: parameters))
        _ = try job.source(for: input)
    }

    /// A kind's name is never taken for a file, even if one of that name lies here.
    private static func file(named job: String, _ catalog: JobCatalog) throws -> JobFile? {
        if catalog[JobKind(rawValue: job)] != nil { return nil }
        let looksLikeFile = job.contains("/") || job.hasSuffix(".yaml") || job.hasSuffix(".yml")
        return looksLikeFile || access(job, F_OK) == 0 ? try JobFile(path: job) : nil
    }
}
