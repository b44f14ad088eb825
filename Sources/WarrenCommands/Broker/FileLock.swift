#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A lock between processes. It ends with its holder, however that ends.
enum FileLock {
    /// Runs `body` while no other process, and no other task, holds the lock on the file.
    static func withLock<Result>(on path: String, _ body: () async throws -> Result) async throws -> Result {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw PrivateFile.failure("lock", path) }
        defer { close(descriptor) }
        // Asked again and again, because a blocking flock() would hold a thread of the cooperative pool.
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw PrivateFile.failure("lock", path) }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try await body()
    }
}
