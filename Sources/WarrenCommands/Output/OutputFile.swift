import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes what a person asked for, and says so if it cannot be written.
enum OutputFile {
    /// Writes a file whole or not at all: beside it first, then renamed into its place.
    ///
    /// - Throws: ``WarrenError/Code/job`` with the path and the reason (no such folder, no space left).
    static func write(_ bytes: [UInt8], to path: String) throws {
        // A device or pipe cannot be replaced by a file.
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            let descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure(path, errno) }
            defer { close(descriptor) }
            return try write(bytes, to: descriptor, name: path)
        }
        let (draft, descriptor) = DraftFiles.open(beside: path)
        guard descriptor >= 0 else { throw failure(path, errno) }
        do {
            defer { close(descriptor) }
            try write(bytes, to: descriptor, name: path)
            guard fsync(descriptor) == 0 else { throw failure(path, errno) }
        } catch {
            DraftFiles.remove(draft)
            throw error
        }
        guard DraftFiles.move(draft, to: path) else {
            let error = errno
            DraftFiles.remove(draft)
            throw failure(path, error)
        }
    }

    /// Makes sure, before any work is done for it, that there is a folder for the file.
    ///
    /// - Throws: ``WarrenError/Code/usage`` that names the folder.
    static func check(_ path: String) throws {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard access(folder, W_OK) == 0 else {
            throw WarrenError(.usage, "cannot write \(path): \(folder): \(String(cString: strerror(errno)))")
        }
    }

    static func writeToStandardOutput(_ bytes: [UInt8]) throws {
        try write(bytes, to: 1, name: "standard output")
    }

    static func write(_ bytes: [UInt8], to descriptor: CInt, name: String) throws {
        guard DescriptorBytes.write(bytes, to: descriptor) else { throw failure(name, errno) }
    }

    static func failure(_ name: String, _ error: CInt) -> WarrenError {
        WarrenError(.job, "cannot write \(name): \(String(cString: strerror(error)))")
    }
}

extension WarrenError {
    /// Whether the reader of a pipe is gone, or of standard output.
    var isBrokenPipe: Bool { message.hasSuffix(String(cString: strerror(EPIPE))) }
}
