import CProcess

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How a child process is started: what it runs, where, and what it can reach.
///
/// It inherits no descriptor but those that are named, no blocked or ignored signal, and leads a process group of its
/// own, so that it can be ended with all that it started, and Ctrl-C in a terminal is not for it.
package struct ChildProcess: Sendable {
    /// A program's path, or a name to be looked for in `PATH`.
    package var program: String
    /// The program's own name first.
    package var arguments: [[UInt8]]
    package var environment: [String: String]
    /// Nil for that of this process.
    package var directory: String?
    /// Descriptors of this process, in the order in which the child has them: 0, 1, 2, ….
    package var descriptors: [Int32]
    /// Whether it gets a session of its own, beyond the reach of any terminal.
    package var hasOwnSession: Bool

    package init(
        program: String,
        arguments: [[UInt8]],
        environment: [String: String],
        directory: String? = nil,
        descriptors: [Int32],
        hasOwnSession: Bool = false
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.descriptors = descriptors
        self.hasOwnSession = hasOwnSession
    }

    /// Starts it. Costs a millisecond or less.
    ///
    /// - Returns: Its process number, which stays valid until it is reaped.
    /// - Throws: ``SpawnError`` with the system's reason.
    package func spawn() throws(SpawnError) -> Int32 {
        #if canImport(Glibc)
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #else
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // Out of the way first, so that no descriptor is overwritten before it has been moved.
        let high = (descriptors.max() ?? 0) + 64
        for (index, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, high + CInt(index))
        }
        for index in descriptors.indices {
            posix_spawn_file_actions_adddup2(&actions, high + CInt(index), CInt(index))
        }
        _ = warren_spawn_close_from(&actions, CInt(descriptors.count))
        if let directory { _ = warren_spawn_in(&actions, directory) }

        posix_spawnattr_setflags(&attributes, warren_spawn_flags(hasOwnSession ? 1 : 0))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)

        var pid: pid_t = 0
        let variables = environment.map { Array("\($0.key)=\($0.value)".utf8) }
        let status = Self.withStrings(arguments) { arguments in
            Self.withStrings(variables) { variables in
                posix_spawnp(&pid, program, &actions, &attributes, arguments, variables)
            }
        }
        guard status == 0 else { throw SpawnError(program: program, directory: directory, code: status) }
        return pid
    }

    /// Lends strings as C wants a list of them: pointers, and nil at the end.
    private static func withStrings<Result>(
        _ strings: [[UInt8]],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { bytes in
            (bytes + [0]).withUnsafeBytes { strdup($0.bindMemory(to: CChar.self).baseAddress!) }
        }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}

/// A program could not be started.
package struct SpawnError: Error, Sendable, CustomStringConvertible {
    package let program: String
    package let directory: String?
    /// The system's number for the reason.
    package let code: Int32

    package var description: String {
        let reason = String(cString: strerror(code))
        if let directory, access(directory, X_OK) != 0 {
            return
                "cannot run \(program): there is no folder \(directory) here (\(String(cString: strerror(errno))))"
        }
        switch code {
        case ENOENT where program.contains("/"):
            return "cannot run \(program): \(reason), or what its first line names"
        case ENOENT: return "cannot run \(program): no folder in PATH has it"
        case ENOEXEC: return "cannot run \(program): \(reason); a script begins with #! and its interpreter"
        default: return "cannot run \(program): \(reason)"
        }
    }
}
