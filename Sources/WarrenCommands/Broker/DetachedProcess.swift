import Warren

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
    /// begun anew.
    /// - Returns: Its process number.
    static func spawn(
        _ program: String,
        _ arguments: [String],
        environment: [String: String],
        directory: String,
        output: String
    ) throws(PrivateBrokerError) -> pid_t {
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        let log = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        defer {
            close(null)
            close(log)
        }
        guard null >= 0, log >= 0 else {
            throw PrivateBrokerError(
                .startFailed,
                "cannot open \(null < 0 ? "/dev/null" : output): \(String(cString: strerror(errno)))"
            )
        }
        do {
            return try ChildProcess(
                program: program,
                arguments: ([program] + arguments).map { Array($0.utf8) },
                environment: environment,
                directory: directory,
                descriptors: [null, log, log],
                hasOwnSession: true
            ).spawn()
        } catch {
            throw PrivateBrokerError(.startFailed, "\(error)")
        }
    }
}
