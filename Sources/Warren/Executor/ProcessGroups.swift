import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The programs that this process runs, each the leader of a process group: nobody must be able to end this process
/// and leave them behind.
package final class ProcessGroups: Sendable {
    package static let shared = ProcessGroups()

    private struct State: Sendable {
        var groups: Set<pid_t> = []
        var onChange: (@Sendable (pid_t) -> Void)?
    }

    private let state = Mutex(State())

    /// Starts a program and notes it, in one step: nobody finds it started and not noted.
    func spawn(_ child: ChildProcess) throws(SpawnError) -> pid_t {
        let result = state.withLock { state -> Result<pid_t, SpawnError> in
            do throws(SpawnError) {
                let pid = try child.spawn()
                state.groups.insert(pid)
                state.onChange?(pid)
                return .success(pid)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The group's leader is about to be reaped, after which its number may be another's.
    func forget(_ group: pid_t) {
        state.withLock { state in
            state.groups.remove(group)
            state.onChange?(0)
        }
    }

    /// Tells of each program that begins, by its number, and ends, by 0.
    func observe(_ onChange: @escaping @Sendable (pid_t) -> Void) {
        state.withLock { $0.onChange = onChange }
    }

    /// Ends them all at once. Nothing can be started any more: the lock is never given back.
    package func killAllAndExit(_ code: Int32) -> Never {
        state.withLock { state in
            for group in state.groups { kill(-group, SIGKILL) }
            _exit(code)
        }
    }
}
