/// A program to run for a fragment, in a process group of its own.
public struct Program: Sendable {
    /// A path, or a name to be looked for in `PATH`, then the arguments. Bytes, because file names need not be text.
    public var arguments: [[UInt8]]
    /// Added to the worker's own, of which what concerns Warren is left out: the broker's address holds a password.
    public var environment: [String: String] = [:]
    /// Nil for the worker's.
    public var directory: String?
    /// Standard error is kept to its end, up to this many bytes.
    public var errorLimit = 4096
    /// A program that prints more than this is stopped, in bytes.
    public var outputLimit = 256 << 20

    public init(_ arguments: [[UInt8]]) {
        self.arguments = arguments
    }

    public init(_ arguments: [String]) {
        self.init(arguments.map { Array($0.utf8) })
    }
}

/// How a program ended, and what it left.
public struct ProgramEnd: Sendable {
    /// Standard output.
    public var output: [UInt8]
    /// The end of standard error.
    public var errors: [UInt8]
    /// Its exit code; nil if a signal ended it.
    public var exitCode: Int?
    /// The signal that ended it.
    public var signal: Int?
    /// When it began, in seconds since 1970.
    public var started: Double
    public var seconds: Double
    /// Its own, and that of the processes that it waited for.
    public var cpuSeconds: Double
    /// The largest resident size of any of them, in bytes.
    public var peakMemory: UInt64
    /// Why it was stopped; nil if it was not.
    package var stopped: AttemptFailure?
}
