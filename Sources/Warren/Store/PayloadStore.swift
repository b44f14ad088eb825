#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A directory on storage that submitters and workers share, for payloads and partials that are too large for messages.
///
/// Each lies in the directory of its job, under its SHA-256, and is there whole or not at all: it is written beside and
/// renamed. What is read is verified. A job's directory is removed with the job; ``removeAbandoned(olderThan:)`` is for those
/// whose submitter was killed.
package struct PayloadStore: Sendable, Hashable {
    /// Bodies up to this size stay in their messages, in bytes.
    package static let inlineBound = 256 << 10

    package let directory: String

    /// - Throws: ``WarrenError/Code/usage`` unless it is a directory in which we may write.
    package init(_ directory: String) throws {
        var status = stat()
        let isThere = stat(directory, &status) == 0
        let isDirectory = isThere && status.st_mode & S_IFMT == S_IFDIR
        guard isDirectory, access(directory, W_OK | X_OK) == 0 else {
            let reason = isThere && !isDirectory ? "it is no directory" : String(cString: strerror(errno))
            throw WarrenError(
                .usage,
                "the store \(directory) cannot be used: \(reason); name a directory that submitters and workers share"
            )
        }
        self.directory = directory
    }

    /// Writes bytes, in place of what is there: that may be damaged.
    ///
    /// - Throws: ``WarrenError/Code/input`` if they cannot be written; nothing is left of them then.
    func put(_ bytes: [UInt8], of job: JobID) throws(WarrenError) -> StoredBody {
        let body = StoredBody(digest: Digest.sha256(bytes), size: UInt64(bytes.count))
        let folder = folder(of: job)
        mkdir(folder, 0o777)
        let path = "\(folder)/\(body.digest)"
        let draft = "\(path).\(UInt64.random(in: 0 ... .max))"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure("write", path) }
        let isWritten = DescriptorBytes.write(bytes, to: descriptor) && fsync(descriptor) == 0
        let error = errno
        close(descriptor)
        guard isWritten, rename(draft, path) == 0 else {
            if !isWritten { errno = error }
            let failure = failure("write", path)
            unlink(draft)
            throw failure
        }
        return body
    }

    /// Reads what was written, and makes sure of it.
    ///
    /// - Throws: ``WarrenError/Code/input`` if it is not there, or is something else.
    func get(_ body: StoredBody, of job: JobID) throws(WarrenError) -> [UInt8] {
        let path = "\(folder(of: job))/\(body.digest)"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("read", path) }
        guard UInt64(status.st_size) == body.size else {
            throw WarrenError(.input, "\(path) has \(status.st_size) bytes, not \(body.size)")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        guard DescriptorBytes.read(descriptor, into: &bytes) == bytes.count else {
            throw failure("read", path)
        }
        guard Digest.sha256(bytes) == body.digest else {
            throw WarrenError(.input, "\(path) has changed since it was written")
        }
        return bytes
    }

    /// Removes all that a job has there.
    package func remove(_ job: JobID) { Self.remove(folder(of: job)) }

    /// Removes what jobs have left behind that have written nothing for so long.
    ///
    /// - Returns: The jobs.
    package func removeAbandoned(olderThan age: Duration) -> [JobID] {
        let limit = time(nil) - Int(age.components.seconds)
        var removed: [JobID] = []
        for name in Self.entries(of: directory) {
            guard let job = Self.job(named: name) else { continue }
            var status = stat()
            guard stat(folder(of: job), &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
                status.modified < limit
            else { continue }
            remove(job)
            removed.append(job)
        }
        return removed.sorted { $0.description < $1.description }
    }

    private static let prefix = "warren-"

    private func folder(of job: JobID) -> String { "\(directory)/\(Self.prefix)\(job)" }

    private static func job(named name: String) -> JobID? {
        name.hasPrefix(prefix) ? JobID(bytes: name.utf8.dropFirst(prefix.utf8.count)) : nil
    }

    private func failure(_ verb: String, _ path: String) -> WarrenError {
        WarrenError(
            .input,
            "\(hostName()) cannot \(verb) \(path): \(String(cString: strerror(errno))); submitters and workers need the same store"
        )
    }

    private static func remove(_ folder: String) {
        for name in entries(of: folder) { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private static func entries(of folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

extension stat {
    /// In seconds since 1970.
    fileprivate var modified: Int {
        #if canImport(Glibc)
            st_mtim.tv_sec
        #else
            st_mtimespec.tv_sec
        #endif
    }
}
