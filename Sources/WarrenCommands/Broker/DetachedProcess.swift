#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A process that outlives the one which starts it.
enum DetachedProcess {
    /// Starts a program in a session of its own, where neither Ctrl-C nor the end of the terminal reaches it.
    ///
    /// It inherits no open file: standard input is empty, output and errors go to the file `output`, which is
    /// begun anew. A program that cannot be run shows as one that ended at once, with the reason in `output`.
    /// - Returns: Its process number.
    static func spawn(
        _ program: String,
        _ arguments: [String],
        environment: [String: String],
        directory: String,
        output: String
    ) throws(PrivateBrokerError) -> pid_t {
        #if canImport(Glibc)
            var actions = posix_spawn_file_actions_t()
        #else
            var actions: posix_spawn_file_actions_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        #if canImport(Glibc)
            for descriptor in 3..<descriptorLimit() {
                posix_spawn_file_actions_addclose(&actions, descriptor)
            }
        #endif

        // The shell changes the directory, for which posix_spawn has no portable way, and becomes the program.
        let command = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, directory, program] + arguments
        var pid: pid_t = 0
        let status = withAttributes { attributes in
            withStrings(command) { command in
                withStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                    posix_spawn(&pid, "/bin/sh", &actions, attributes, command, environment)
                }
            }
        }
        guard status == 0 else {
            throw PrivateBrokerError(.startFailed, "cannot run /bin/sh: \(String(cString: strerror(status)))")
        }
        return pid
    }

    #if canImport(Glibc)
        /// Above every descriptor that a child might inherit: not each one is marked close-on-exec, and a pipe that a
        /// daemon holds keeps whoever reads it waiting for ever. Closing one that is not open does no harm, so there
        /// is room for those that other threads open meanwhile.
        private static func descriptorLimit() -> CInt {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd")) ?? []
            let highest = names.compactMap { CInt($0) }.max() ?? 2
            return min(highest + 200, CInt(clamping: sysconf(CInt(_SC_OPEN_MAX))))
        }
    #endif

    #if canImport(Glibc)
        private typealias Attributes = posix_spawnattr_t
    #else
        private typealias Attributes = posix_spawnattr_t?
    #endif

    /// A session of its own, and signals as they were at the beginning of the world: what this process ignores or
    /// blocks is no business of the other's.
    private static func withAttributes<Result>(
        _ body: (UnsafePointer<Attributes>) -> Result
    ) -> Result {
        #if canImport(Glibc)
            var attributes = posix_spawnattr_t()
            // POSIX_SPAWN_SETSID, which <spawn.h> shows to GNU C only.
            let newSession: CInt = 0x80
            posix_spawnattr_init(&attributes)
        #else
            var attributes: posix_spawnattr_t? = nil
            // On macOS one flag closes all that is not mentioned.
            let newSession = CInt(POSIX_SPAWN_SETSID) | CInt(POSIX_SPAWN_CLOEXEC_DEFAULT)
            posix_spawnattr_init(&attributes)
        #endif
        defer { posix_spawnattr_destroy(&attributes) }
        let flags = newSession | CInt(POSIX_SPAWN_SETSIGDEF) | CInt(POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        return body(&attributes)
    }

    /// Lends the strings as C wants an argument list: pointers, and nil at the end.
    private static func withStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
