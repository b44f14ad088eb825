import Synchronization
import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where a result goes that is never held as a whole: standard output, or a file that takes its place when it is
/// complete.
final class OutputStream: ResultSink {
    private let path: String?
    private let draftPath: String?
    private let descriptor: CInt
    private let digest = Mutex(Digest.Running())

    /// Called before each piece that goes to standard output.
    private let willWrite: @Sendable ([UInt8]) -> Void

    /// - Parameter path: Nil for standard output.
    /// - Throws: ``WarrenError`` if the file cannot be written.
    init(path: String?, willWrite: @escaping @Sendable ([UInt8]) -> Void) throws {
        self.path = path
        self.willWrite = willWrite
        guard let path else {
            draftPath = nil
            descriptor = 1
            return
        }
        // A device or pipe cannot be replaced by a file.
        var status = stat()
        let isPlain = stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
        let draft = isPlain ? DraftFiles.open(beside: path) : nil
        draftPath = draft?.path
        descriptor = draft?.descriptor ?? open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw OutputFile.failure(path, errno) }
    }

    private var name: String { path ?? "standard output" }

    /// Writes all of it; blocks while the reader of a pipe is slow, which slows the job down and nothing else.
    func write(_ bytes: [UInt8]) throws {
        guard !bytes.isEmpty else { return }
        if path == nil { willWrite(bytes) }
        try OutputFile.write(bytes, to: descriptor, name: name)
        digest.withLock { $0.update(bytes) }
    }

    /// Puts the file in its place.
    func finish() throws -> WrittenResult {
        if let path, let draftPath {
            guard fsync(descriptor) == 0, DraftFiles.move(draftPath, to: path) else {
                let error = errno
                abandon()
                throw OutputFile.failure(path, error)
            }
        }
        if descriptor != 1 { close(descriptor) }
        return WrittenResult(digest: digest.withLock { $0.finish() })
    }

    /// Leaves no half-written file behind.
    func abandon() {
        if let draftPath { DraftFiles.remove(draftPath) }
    }
}
