import AMQP

/// Any program as a job: of each line, number or file one run, or of a stretch of the input on standard input.
///
/// What the runs print is the result, as they come or in the order of the input; ``Reducer``s of the command line
/// make a file, a stream or the input of another program of it.
package struct Command: Job {
    package static let kind: JobKind = "command"
    package static let summary = "runs a program on each item, or on stretches of text (submit --map)"

    package struct Parameters: JobParameters {
        /// The command, as it was typed.
        package var map = ""
        /// Folds what the runs of a fragment print, where they ran.
        package var combine: String?
        package var usesShell = false
        /// Where the commands run: a path that is the same everywhere.
        package var directory = "/"
        /// Added to the worker's environment.
        package var environment: [String: String] = [:]
        /// The exit codes that are no failure.
        package var success: [Int] = [0]
        /// Whether the commands are printed instead of run.
        package var isDryRun = false
        /// The number of the input's first unit, from which `{#}` counts.
        package var first: UInt64 = 0
        /// Units that were done by an earlier job.
        package var done = RunSet([])

        package init() {}

        /// What was done before is the submitter's business.
        private enum CodingKeys: String, CodingKey {
            case map, combine, usesShell, directory, environment, success, isDryRun, first
        }
    }

    /// An answer should be no larger: what is left over becomes a fragment of its own.
    private static let answerSize = 4 << 20
    /// Nor should it be longer in coming: items may take longer than the first ones made believe.
    private static let patience: Duration = .seconds(1)

    private let parameters: Parameters
    private let map: CommandTemplate
    private let combine: CommandTemplate?

    package init(parameters: Parameters) throws {
        self.parameters = parameters
        map = try CommandTemplate(parameters.map, usesShell: parameters.usesShell)
        combine = try parameters.combine.map { try CommandTemplate($0, usesShell: parameters.usesShell) }
        if let combine, combine.hasPlaceholder {
            throw WarrenError(
                .usage,
                "--combine reads what the runs print, and takes no item: \(combine.text)"
            )
        }
    }

    /// The programs that it runs, as far as is known before there is an item; nil for one that the items name.
    var programs: [String?] { [map.program] + (combine.map { [$0.program] } ?? []) }

    /// The names of what it adds to the environment.
    var variables: some Collection<String> { parameters.environment.keys }

    /// Whether it runs once for each item.
    package var takesItems: Bool { map.hasPlaceholder }

    package func source(for input: JobInput) throws -> CommandSource {
        switch input {
        case .none:
            throw WarrenError(
                .usage,
                "a command needs something to work on: --input for files or lines, --items for file names, or --range"
            )
        case .numbers(let range): return CommandSource(RangeSource(range), without: parameters.done)
        case .files where takesItems:
            throw WarrenError(.usage, "a command with placeholders takes lines, not files: \(map.text)")
        case .files: return CommandSource(try TextSource(input), isBytes: true, without: parameters.done)
        case .lines: return CommandSource(try TextSource(input), isBytes: false, without: parameters.done)
        }
    }

    package func run(_ input: CommandInput, in context: FragmentContext) throws -> CommandPartial {
        let partial = takesItems ? try runEach(input, context) : try runOnce(input, context)
        if parameters.isDryRun { return partial }
        return try combined(partial, context)
    }

    package var identity: CommandPartial { CommandPartial() }

    package func merge(_ partial: CommandPartial, into total: inout CommandPartial) {
        total.records += partial.records
    }

    package func result(of total: CommandPartial) -> String {
        String(decoding: total.records.flatMap(\.output), as: UTF8.self)
    }

    // MARK: running

    private func runOnce(_ input: CommandInput, _ context: FragmentContext) throws -> CommandPartial {
        // A stretch in which no line begins is nobody's input.
        guard try !isEmpty(input) else { return CommandPartial() }
        if parameters.isDryRun { return CommandPartial([try dryRecord(context.id.range, nil)]) }
        let end = try context.run(program(map, nil)) { write in
            // A program that wants no more of its input is judged by how it ends.
            do { try feed(input, write) } catch is InputClosed {}
        }
        let record = record(of: end, for: context.id.range, item: nil, command: map.text, context)
        return CommandPartial([record])
    }

    private func feed(_ input: CommandInput, _ write: (Span<UInt8>) -> Bool) throws {
        switch input {
        case .text(let text):
            try text.forEachChunk { chunk in
                guard write(chunk) else { throw InputClosed() }
            }
        case .numbers(let numbers):
            var lines: [UInt8] = []
            for number in numbers {
                lines += Array("\(number)\n".utf8)
                guard lines.count > 64 << 10 || number == numbers.upperBound - 1 else { continue }
                guard write(lines.span) else { throw InputClosed() }
                lines.removeAll(keepingCapacity: true)
            }
        }
    }

    private func isEmpty(_ input: CommandInput) throws -> Bool {
        guard case .text(let text) = input else { return false }
        do {
            try text.forEachChunk { chunk in if chunk.count > 0 { throw InputClosed() } }
            return true
        } catch is InputClosed {
            return false
        }
    }

    private func runEach(_ input: CommandInput, _ context: FragmentContext) throws -> CommandPartial {
        var partial = CommandPartial()
        var size = 0
        var unit = context.id.range.lowerBound
        let began = Instant.now
        func take(_ item: [UInt8]) throws {
            defer { unit += 1 }
            if size > Self.answerSize || (unit > context.id.range.lowerBound && .now - began > Self.patience)
            {
                throw InputClosed()
            }
            let record = try run(
                CommandItem(text: item, number: unit - min(parameters.first, unit) + 1),
                unit,
                context
            )
            size += record.output.count + record.errors.count
            partial.records.append(record)
        }
        do {
            switch input {
            case .text(let text):
                try text.forEachLine { line in try take(line.withUnsafeBufferPointer { Array($0) }) }
            case .numbers(let numbers):
                for number in numbers { try take(Array("\(number)".utf8)) }
            }
        } catch is InputClosed {
            context.leave(unit - 1..<context.id.range.upperBound)
        }
        return partial
    }

    private func run(_ item: CommandItem, _ unit: UInt64, _ context: FragmentContext) throws -> CommandRecord
    {
        let range = unit..<unit + 1
        if parameters.isDryRun { return try dryRecord(range, item) }
        do {
            let end = try context.run(program(map, item))
            let text = String(decoding: item.text.prefix(200), as: UTF8.self)
            let command = "\(map.text) for “\(text)”"
            return record(of: end, for: range, item: item.text, command: command, context)
        } catch let error where !(error is FragmentCancelled) {
            // Such as a program that is not there: this item's failure like any other.
            context.fail(range, AttemptFailure(error))
            var record = CommandRecord(range: range, item: item.text)
            record.hasFailed = true
            record.errors = Array("\(AttemptFailure(error).reason)\n".utf8)
            return record
        }
    }

    /// What would be run, as its output.
    private func dryRecord(
        _ range: UnitRange,
        _ item: CommandItem?
    ) throws -> CommandRecord {
        var record = CommandRecord(range: range, item: item?.text)
        let words = try map.arguments(for: item).map {
            CommandWords.quoted(String(decoding: $0, as: UTF8.self))
        }
        record.output = Array((words.joined(separator: " ") + "\n").utf8)
        return record
    }

    private func program(_ template: CommandTemplate, _ item: CommandItem?) throws -> Program {
        var program = Program(try template.arguments(for: item))
        program.directory = parameters.directory
        program.environment = parameters.environment
        return program
    }

    private func record(
        of end: ProgramEnd,
        for range: UnitRange,
        item: [UInt8]?,
        command: String,
        _ context: FragmentContext
    ) -> CommandRecord {
        var record = CommandRecord(range: range, item: item)
        record.cost = AttemptCost(
            started: end.started,
            seconds: end.seconds,
            cpuSeconds: end.cpuSeconds,
            peakMemory: end.peakMemory
        )
        record.exitCode = end.exitCode
        record.signal = end.signal
        record.errors = end.errors
        let failure = failure(of: end, command)
        if let failure {
            record.hasFailed = true
            context.fail(range, failure)
        } else {
            record.output = end.output
        }
        return record
    }

    private func failure(of end: ProgramEnd, _ command: String) -> AttemptFailure? {
        if let stopped = end.stopped { return AttemptFailure(stopped.cause, "\(command): \(stopped.reason)") }
        if let code = end.exitCode, parameters.success.contains(code) { return nil }
        var tail = ByteTail()
        tail.append(end.errors)
        let ending = end.exitCode.map { ProcessEnding.exit($0) } ?? .signal(end.signal ?? 0)
        let hint = end.exitCode == 1 && end.errors.isEmpty ? " (if that is no failure: --success 0,1)" : ""
        return AttemptFailure(.error, "\(command) ended with \(ending)\(hint)\(tail.lastLines())")
    }

    /// What the runs printed, as the command that combines makes one of it.
    private func combined(_ partial: CommandPartial, _ context: FragmentContext) throws -> CommandPartial {
        guard let combine else { return partial }
        let good = partial.records.indices.filter { !partial.records[$0].hasFailed }
        guard let first = good.first else { return partial }
        let end = try context.run(program(combine, nil)) { write in
            for index in good {
                let output = partial.records[index].output
                guard output.isEmpty || write(output.span) else { return }
            }
        }
        if let failure = failure(of: end, "--combine \(combine.text)") {
            throw AttemptError(failure: failure)
        }
        var partial = partial
        for index in good { partial.records[index].output = [] }
        partial.records[first].output = end.output
        return partial
    }
}

/// The program wants no more of its input, or the answer is large enough.
private struct InputClosed: Error {}
