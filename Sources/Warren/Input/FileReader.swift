#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that a worker has opened, after making sure that it is the one which was submitted.
struct FileReader: ~Copyable {
    /// The usual size of a chunk: large enough that a system call costs nothing, small enough for the cache.
    private static let block = 256 << 10

    private let file: InputFile
    private let descriptor: CInt

    /// - Throws: ``WarrenError/Code/input`` if it cannot be read, or is another than at submission.
    init(_ file: InputFile) throws {
        // Not blocking, lest a pipe that has taken the file's place hold up the worker.
        let descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw WarrenError(
                .input,
                "\(hostName()) cannot read \(file.path): \(reason); workers need the submitter's files at the same path (shared storage)"
            )
        }
        do {
            try Self.checkUnchanged(file, descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        self.file = file
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Hands out all lines that start within `range`.
    func forEachChunk(
        of range: Range<UInt64>,
        buffer: inout LineBuffer,
        _ body: (Span<UInt8>) throws -> Void
    ) throws {
        guard let start = try firstLine(in: range, buffer: &buffer) else { return }
        // Lines up to the last one that starts before the end; that one is complete once a newline at or
        // after `range.upperBound - 1` has been read.
        buffer.removeAll()
        var offset = start
        while offset < file.size {
            // Twice as much for each chunk of a line that is longer, so that none of it is searched often.
            let room = max(Self.block - buffer.count, buffer.count)
            let count = try read(into: &buffer, at: offset, count: Int(min(UInt64(room), file.size - offset)))
            let bufferStart = offset - UInt64(buffer.count - count)
            offset += UInt64(count)
            // The newline that ends the last of our lines, if it has been read.
            if offset >= range.upperBound {
                let from = Int(max(range.upperBound - 1, bufferStart) - bufferStart)
                if let newline = buffer.firstNewline(from: from) {
                    try buffer.withPrefix(newline + 1, body)
                    return try checkUnchanged()
                }
            }
            if offset == file.size {
                try buffer.withPrefix(buffer.count, body)
                return try checkUnchanged()
            }
            if let newline = buffer.lastNewline() {
                try buffer.withPrefix(newline + 1, body)
                buffer.removeFirst(newline + 1)
            }
        }
    }

    /// Where the first line starts that belongs to `range`; nil if it is all the middle of one long line.
    private func firstLine(in range: Range<UInt64>, buffer: inout LineBuffer) throws -> UInt64? {
        guard range.lowerBound > 0 else { return 0 }
        var offset = range.lowerBound - 1
        while offset < range.upperBound - 1 {
            buffer.removeAll()
            let wanted = min(
                UInt64(offset == range.lowerBound - 1 ? 4096 : Self.block),
                range.upperBound - 1 - offset
            )
            let count = try read(into: &buffer, at: offset, count: Int(wanted))
            if let newline = buffer.firstNewline(from: 0) { return offset + UInt64(newline) + 1 }
            offset += UInt64(count)
        }
        return nil
    }

    private func read(into buffer: inout LineBuffer, at offset: UInt64, count: Int) throws -> Int {
        while true {
            let got = buffer.append(count) { pread(descriptor, $0, count, off_t(offset)) }
            if got > 0 { return got }
            if got < 0, errno == EINTR { continue }
            if got == 0 { try checkUnchanged() }
            throw InputFile.unreadable(file.path, got == 0 ? EIO : errno)
        }
    }

    private func checkUnchanged() throws { try Self.checkUnchanged(file, descriptor) }

    private static func checkUnchanged(_ file: InputFile, _ descriptor: CInt) throws {
        let now = try InputFile(path: file.path, descriptor: descriptor)
        guard now != file else { return }
        let what =
            now.size != file.size
            ? "has \(now.size) bytes, not \(file.size)"
            : "was modified at \(now.modified) ns, not \(file.modified) ns"
        throw WarrenError(
            .input,
            "\(file.path) on \(hostName()) \(what), as it was when the job was submitted; submit again once nothing writes to it"
        )
    }
}
