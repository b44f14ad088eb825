/// What the requester gave the job to work on.
public enum JobInput: Sendable {
    /// Nothing: the parameters say it all.
    case none
    /// Files, in the order in which they were named; a directory's files in the order of their paths.
    case files([InputFile])
    /// The lines of standard input, or of whatever else the reader reads.
    case lines(LineReader)
    /// Numbers.
    case numbers(Range<UInt64>)

    /// The input that the `--input` arguments name: files, directories and patterns, or `-` for standard input.
    ///
    /// - Parameter isInline: Whether files are read here, and their lines travel in the messages, for workers that do not
    ///   have them.
    /// - Throws: ``WarrenError/Code/input`` for a file that is not there or may not be read.
    public init(_ arguments: [String], isInline: Bool = false) throws {
        if arguments.isEmpty {
            self = .none
        } else if arguments == ["-"] {
            self = .lines(LineReader(descriptor: 0))
        } else if arguments.contains("-") {
            throw WarrenError(.usage, "standard input (-) cannot be mixed with files; give one or the other")
        } else {
            let files = try arguments.flatMap(FilePattern.expand)
            self = isInline ? .lines(LineReader(files: files.map(\.path))) : .files(files)
        }
    }
}
