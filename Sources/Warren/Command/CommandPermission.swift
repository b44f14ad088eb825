#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Which commands a worker runs for whoever may publish at its broker: none, unless its owner says so.
package enum CommandPermission: Sendable, Hashable {
    case none
    case all
    /// Only these programs, by their paths.
    case only([String])

    var allowsAny: Bool { self != .none }

    /// Why a fragment's command is not run here; nil if it is.
    func refusal(of parameters: [UInt8]) -> String? {
        let allowed: [String]
        switch self {
        case .all: return nil
        case .none: return "runs no commands; start it with --allow-commands if it should"
        case .only(let paths): allowed = paths
        }
        do {
            let command = try Command(
                parameters: JSONCoding.decode(Command.Parameters.self, from: parameters)
            )
            // Some variables make any program run other code: LD_PRELOAD, PERL5OPT, BASH_ENV.
            if let name = command.variables.min() {
                return
                    "runs only \(allowed.joined(separator: ", ")), in its own environment: no --env \(name)"
            }
            for program in command.programs {
                guard let program else {
                    return
                        "runs only \(allowed.joined(separator: ", ")), and here each item names its own program"
                }
                guard let path = Self.resolve(program), allowed.contains(path) else {
                    return "runs only \(allowed.joined(separator: ", ")), not \(program) (--allow-command)"
                }
            }
            return nil
        } catch {
            return "cannot read the command: \(error)"
        }
    }

    /// The file that a program's name stands for, links followed; nil if there is none.
    package static func resolve(_ program: String) -> String? {
        let folders =
            program.contains("/") ? [""] : (processEnvironment()["PATH"] ?? "").split(separator: ":")
        for folder in folders {
            let path = program.contains("/") ? program : "\(folder)/\(program)"
            guard access(path, X_OK) == 0, let real = realpath(path, nil) else { continue }
            defer { free(real) }
            return String(cString: real)
        }
        return nil
    }
}
