import AMQP

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads lines from a descriptor or from files, on a thread of its own, only while somebody wants some.
///
/// It holds what one `read` brought (64 KiB) and the beginning of a line that is not complete: memory does not
/// grow with the input, only with its longest line.
public final class LineReader: Sendable {
    fileprivate struct State {
        var buffered: [UInt8] = []
        /// Where the first line begins that nobody has taken.
        var start = 0
        /// Just past the last complete line.
        var complete = 0
        var ended = false
        var failure: CInt = 0
        var failedFile: String?
        var ready: (@Sendable () -> Void)?
        var started = false
    }

    /// The size of one read, in bytes.
    private static let block = 64 << 10

    private enum Origin: Sendable {
        case descriptor(CInt)
        /// One after the other; a last line without its end is one all the same.
        case files([String])
        case memory
    }

    private let origin: Origin
    /// How many lines there are, if that is known.
    let lineCount: UInt64?
    private let state = Monitor(State())

    /// - Parameter descriptor: Read to its end and never closed.
    public init(descriptor: Int32) {
        origin = .descriptor(descriptor)
        lineCount = nil
    }

    /// - Parameter files: Their lines, one file after the other, are those of one text.
    public init(files: [String]) {
        origin = .files(files)
        lineCount = nil
    }

    /// - Parameter lines: Without their ends, of which they hold none.
    public init(lines: [[UInt8]]) {
        origin = .memory
        lineCount = UInt64(lines.count)
        let bytes = Array(lines.map { $0 + [UInt8(ascii: "\n")] }.joined())
        state.withLock { state in
            state.buffered = bytes
            state.complete = bytes.count
            state.ended = true
        }
    }

    /// At most `count` complete lines, of at most `bytes` in total unless a single line is longer.
    ///
    /// - Parameter tag: A byte to put before them.
    /// - Returns: The lines with their ends as they came, and their number; no lines if `ready` is going to be
    ///   called when there are some; nil at the end.
    /// - Throws: ``WarrenError/Code/input`` if reading failed.
    func take(
        upTo count: UInt64,
        bytes: Int,
        after tag: UInt8? = nil,
        ready: @escaping @Sendable () -> Void
    ) throws -> (lines: [UInt8], count: UInt64)? {
        let outcome: Result<(lines: [UInt8], count: UInt64)?, WarrenError> = state.withLock { state in
            if let taken = state.cut(upTo: count, bytes: bytes, after: tag) { return .success(taken) }
            if state.failure != 0 {
                return .failure(InputFile.unreadable(state.failedFile ?? "standard input", state.failure))
            }
            if state.ended { return .success(nil) }
            state.ready = ready
            if !state.started {
                state.started = true
                Thread.start("warren-input") { [self] in read() }
            }
            return .success(([], 0))
        }
        state.signal()
        return try outcome.get()
    }

    private func read() {
        switch origin {
        case .memory: break
        case .descriptor(let descriptor): _ = read(descriptor, isLast: true)
        case .files(let paths):
            for (index, path) in paths.enumerated() {
                let isLast = index == paths.count - 1
                state.withLock { $0.failedFile = path }
                let descriptor = open(path, O_RDONLY | O_CLOEXEC)
                guard descriptor >= 0 else { return end(errno) }
                defer { close(descriptor) }
                guard read(descriptor, isLast: isLast) else { return end(errno) }
            }
        }
    }

    /// Reads a descriptor to its end, and says that it is the end of all if it is the last.
    ///
    /// - Returns: False if reading failed, with the reason in `errno`, unless it is the last.
    private func read(_ descriptor: CInt, isLast: Bool) -> Bool {
        var block = [UInt8](repeating: 0, count: Self.block)
        var endsWithNewline = true
        while true {
            state.wait { $0.ready == nil ? nil : () }
            let count = block.withUnsafeMutableBytes { readDescriptor(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            let error = count < 0 ? errno : 0
            guard count > 0 || isLast else {
                if error == 0, !endsWithNewline {
                    state.withLock { $0.append([UInt8(ascii: "\n")], error: 0) }?()
                }
                errno = error
                return error == 0
            }
            state.withLock { state in state.append(block.prefix(max(count, 0)), error: error) }?()
            if count <= 0 { return true }
            endsWithNewline = block[count - 1] == UInt8(ascii: "\n")
        }
    }

    /// A file cannot be read: that is the end.
    private func end(_ error: CInt) { state.withLock { $0.append([], error: error) }?() }
}

// Inside `LineReader`, its own method hides the C function.
private func readDescriptor(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

extension LineReader.State {
    /// Takes complete lines from the front; nil if there is none.
    fileprivate mutating func cut(
        upTo count: UInt64,
        bytes: Int,
        after tag: UInt8?
    ) -> (lines: [UInt8], count: UInt64)? {
        var end = start
        var lines: UInt64 = 0
        while end < complete, lines < count {
            let next = newline(in: end..<complete).map { $0 + 1 } ?? complete
            if lines > 0, next - start > bytes { break }
            end = next
            lines += 1
        }
        guard lines > 0 else { return nil }
        var taken: [UInt8] = []
        taken.reserveCapacity(end - start + 1)
        if let tag { taken.append(tag) }
        taken += buffered[start..<end]
        start = end
        return (taken, lines)
    }

    private func newline(in range: Range<Int>) -> Int? {
        buffered.withUnsafeBytes { bytes in
            let text = UnsafeRawBufferPointer(rebasing: bytes[range])
            guard let base = text.baseAddress, let found = memchr(base, 10, text.count) else { return nil }
            return range.lowerBound + (UnsafeRawPointer(found) - base)
        }
    }

    /// Adds what a read brought, nothing meaning the end; the callback to call if somebody waits and can go on.
    fileprivate mutating func append(_ bytes: ArraySlice<UInt8>, error: CInt) -> (@Sendable () -> Void)? {
        buffered.removeFirst(start)
        complete -= start
        start = 0
        let old = buffered.count
        buffered += bytes
        if let newline = buffered[old...].lastIndex(of: UInt8(ascii: "\n")) { complete = newline + 1 }
        if bytes.isEmpty {
            ended = true
            failure = error
            complete = buffered.count
        }
        guard complete > 0 || ended else { return nil }
        defer { ready = nil }
        return ready
    }
}
