#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file as it was when the job was submitted. If it is another when a worker opens it, the job fails rather
/// than mix the two.
public struct InputFile: Hashable, Sendable, Codable {
    /// Absolute, and the same on every machine that runs workers.
    public let path: String
    /// In bytes.
    public let size: UInt64
    /// When its content last changed, in nanoseconds since 1970.
    public let modified: Int64

    /// Looks at the file.
    ///
    /// - Throws: ``WarrenError/Code/input`` if it is not there, is no regular file, or may not be read.
    public init(path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unreadable(path, errno) }
        defer { close(descriptor) }
        try self.init(path: path, descriptor: descriptor)
    }

    init(path: String, descriptor: CInt) throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw WarrenError(.input, "\(path) is no regular file; name files, directories or patterns")
        }
        #if canImport(Glibc)
            let time = status.st_mtim
        #else
            let time = status.st_mtimespec
        #endif
        self.path = path
        self.size = UInt64(status.st_size)
        self.modified = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    static func unreadable(_ path: String, _ error: CInt) -> WarrenError {
        WarrenError(.input, "cannot read \(path): \(String(cString: strerror(error)))")
    }
}
