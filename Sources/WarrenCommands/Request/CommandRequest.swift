import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A command as a job, as the requester wants it: checked before anything is sent.
struct CommandRequest: Sendable {
    let job: Command
    /// All parameters, as JSON.
    let parameters: [UInt8]
    let input: JobInput
    let reduce: CommandTemplate?
    let keepsOrder: Bool
    let isTagged: Bool
    /// Units that an earlier job has done.
    let done: RunSet

    /// What can be said of a command on the command line and in a job file alike.
    struct Wish: Sendable {
        var map = ""
        var combine: String?
        var reduce: String?
        var input: [String] = []
        /// Whether the lines of the input travel in the messages.
        var isInline = false
        var items: [String] = []
        var range: String?
        var usesShell = false
        var environment: [String] = []
        var directory: String?
        var success: String?
        var keepsOrder = false
        var isTagged = false
        var isDryRun = false
        var resume: String?
    }

    /// The number of the input's first unit.
    var firstUnit: UInt64 { if case .numbers(let range) = input { range.lowerBound } else { 0 } }

    /// - Throws: ``WarrenError`` that names the option and what was expected.
    init(_ wish: Wish) throws {
        var parameters = Command.Parameters()
        parameters.map = wish.map
        parameters.combine = wish.combine
        parameters.usesShell = wish.usesShell
        parameters.directory = try Self.directory(wish.directory)
        parameters.environment = try Self.environment(wish.environment)
        parameters.success = try Self.success(wish.success)
        parameters.isDryRun = wish.isDryRun
        if let range = wish.range { parameters.first = try Self.numbers(range).lowerBound }
        done = RunSet(try wish.resume.map { try JobLog.finished(in: $0) } ?? [])
        self.parameters = try JSONCoding.encode(parameters)
        parameters.done = done
        job = try Command(parameters: parameters)
        reduce = try wish.reduce.map { try CommandTemplate($0, usesShell: wish.usesShell) }
        if let reduce, reduce.hasPlaceholder || reduce.program == nil {
            throw WarrenError(.usage, "--reduce reads what the runs print, and takes no item: \(reduce.text)")
        }
        if let log = wish.resume, reduce != nil {
            throw WarrenError(
                .usage,
                """
                --resume leaves out what was done according to \(log), so --reduce would see only the rest; write what the \
                runs print to files with -o, and reduce those
                """
            )
        }
        keepsOrder = wish.keepsOrder || wish.isDryRun
        isTagged = wish.isTagged
        input = try Self.input(wish, takesItems: job.takesItems)
        // What the source refuses is refused before anything is sent, too.
        _ = try job.source(for: input)
    }

    private static func input(_ wish: Wish, takesItems: Bool) throws -> JobInput {
        let given = [!wish.input.isEmpty, !wish.items.isEmpty, wish.range != nil].filter(\.self).count
        guard given <= 1 else {
            throw WarrenError(.usage, "--input, --items and --range exclude each other; give one of them")
        }
        if let range = wish.range { return .numbers(try numbers(range)) }
        if !wish.items.isEmpty {
            guard takesItems else {
                throw WarrenError(.usage, "--items names files for a command with {}; “\(wish.map)” has none")
            }
            guard case .files(let files) = try JobInput(wish.items) else {
                throw WarrenError(
                    .usage,
                    "--items takes names and patterns of files; lines come with --input -"
                )
            }
            let names = files.map { Array($0.path.utf8) }
            if let wrong = names.first(where: { $0.contains(UInt8(ascii: "\n")) }) {
                throw WarrenError(
                    .input,
                    "\(String(decoding: wrong, as: UTF8.self)): a name with a line break is no item"
                )
            }
            return .lines(LineReader(lines: names))
        }
        let input = try JobInput(wish.input, isInline: wish.isInline)
        // Lines are read here and travel in the messages: only the runs are elsewhere.
        if takesItems, case .files(let files) = input { return .lines(LineReader(files: files.map(\.path))) }
        return input
    }

    private static func numbers(_ text: String) throws -> Range<UInt64> {
        let ends = text.split(separator: "..", omittingEmptySubsequences: false).map { UInt64($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last, last < .max else {
            throw WarrenError(
                .usage,
                "--range takes two numbers from 0 to 2^64 - 2, the smaller first, as in 1..2400, not “\(text)”"
            )
        }
        return first..<last + 1
    }

    private static func directory(_ wanted: String?) throws -> String {
        let path = wanted ?? "."
        guard let real = realpath(path, nil) else {
            // It may be there on the workers only.
            guard path.hasPrefix("/") else {
                throw WarrenError(.usage, "--chdir \(path): \(String(cString: strerror(errno)))")
            }
            return path
        }
        defer { free(real) }
        return String(cString: real)
    }

    private static func environment(_ settings: [String]) throws -> [String: String] {
        var environment: [String: String] = [:]
        for setting in settings {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            if parts.count > 1 {
                environment[name] = String(parts[1])
            } else if let value = getenv(name) {
                environment[name] = String(cString: value)
            } else {
                throw WarrenError(
                    .usage,
                    "--env \(name): there is no such variable here; give it a value with ="
                )
            }
        }
        return environment
    }

    private static func success(_ codes: String?) throws -> [Int] {
        guard let codes else { return [0] }
        return try codes.split(separator: ",", omittingEmptySubsequences: false).map { code in
            guard let code = Int(code.filter { $0 != " " }), (0...255).contains(code) else {
                throw WarrenError(.usage, "--success takes exit codes, as in 0,1, not “\(codes)”")
            }
            return code
        }
    }
}
