#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A lock between processes. It ends with its holder, however that ends.
struct FileLock: Sendable {
    private let descriptor: CInt

    /// Waits until no other process, and no other task, holds the lock on the file.
    ///
    /// A pair of calls rather than a closure: Swift 6.3 crashes when it optimises an asynchronous generic one.
    static func acquire(_ path: String) async throws -> FileLock {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw PrivateFile.failure("lock", path) }
        // Asked again and again, because a blocking flock() would hold a thread of the cooperative pool.
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                close(descriptor)
                throw PrivateFile.failure("lock", path)
            }
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                close(descriptor)
                throw error
            }
        }
        return FileLock(descriptor: descriptor)
    }

    /// To be called once.
    func release() { close(descriptor) }
}
