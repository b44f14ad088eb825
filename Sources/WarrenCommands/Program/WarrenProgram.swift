import AMQP
import ArgumentParser
public import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A program that runs jobs: list them, and it has the whole command line.
///
/// ```swift
/// @main
/// struct Vowels: WarrenProgram {
///     static let jobs: [any Job.Type] = [CountVowels.self]
/// }
/// ```
public protocol WarrenProgram: SendableMetatype {
    /// The kinds of job that this program can submit, run and work on.
    static var jobs: [any Job.Type] { get }
}

extension WarrenProgram {
    /// The kinds that it lists, and commands.
    static var catalog: JobCatalog { JobCatalog(jobs + [Command.self]) }

    /// Parses the command line, does what it says, and exits.
    public static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        // Whoever writes to a pipe whose reader is gone is told so by the call.
        signal(SIGPIPE, SIG_IGN)
        ProcessList.hidePasswords()
        TLSLibrary.outliveExit()
        do {
            var command = try WarrenCommand<Self>.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(with: error)
        }
    }

    /// The one place where an error becomes an exit code.
    private static func exit(with error: any Error) -> Never {
        var standardError = StandardError()
        let code: ExitCode
        switch error {
        case let error as JobFailure: code = .of(error.error.code)
        case let error as WarrenError: code = .of(error.code)
        case is AMQPError, is PrivateBrokerError: code = .broker
        case is CancellationError: code = .interrupted
        default: WarrenCommand<Self>.exit(withError: error)
        }
        print("warren: \(error)", to: &standardError)
        WarrenCommand<Self>.exit(withError: code)
    }
}

extension ExitCode {
    /// The broker cannot be reached, or refuses.
    static let broker = ExitCode(2)
    /// The job is done but for some units, which failed for good and were skipped.
    static let incomplete = ExitCode(3)
    /// Wrong usage, or input that is not there.
    static let usage = ExitCode(64)
    /// Whoever read standard output is gone, as in “warren submit … | head”.
    static let brokenPipe = ExitCode(141)
    /// Ctrl-C.
    static let interrupted = ExitCode(130)

    static func of(_ code: WarrenError.Code) -> ExitCode {
        switch code {
        case .usage, .input: .usage
        case .cancelled: .interrupted
        default: .failure
        }
    }
}
