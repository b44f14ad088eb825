import AMQP

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads lines from a descriptor, on a thread of its own, only while somebody wants some.
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
        var ready: (@Sendable () -> Void)?
        var started = false
    }

    /// The size of one read, in bytes.
    private static let block = 64 << 10

    private let descriptor: CInt
    private let state = Monitor(State())

    /// - Parameter descriptor: Read to its end and never closed.
    public init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// At most `count` complete lines, of at most `bytes` in total unless a single line is longer.
    ///
    /// - Returns: The lines with their ends as they came, and their number; no lines if `ready` is going to be
    ///   called when there are some; nil at the end.
    /// - Throws: ``WarrenError/Code/input`` if reading failed.
    func take(upTo count: UInt64, bytes: Int, ready: @escaping @Sendable () -> Void) throws
        -> (lines: [UInt8], count: UInt64)?
    {
        let outcome: Result<(lines: [UInt8], count: UInt64)?, WarrenError> = state.withLock { state in
            if let taken = state.cut(upTo: count, bytes: bytes) { return .success(taken) }
            if state.failure != 0 { return .failure(InputFile.unreadable("standard input", state.failure)) }
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
        var block = [UInt8](repeating: 0, count: Self.block)
        while true {
            state.wait { $0.ready == nil ? nil : () }
            let count = block.withUnsafeMutableBytes { readDescriptor(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            let error = count < 0 ? errno : 0
            let ready = state.withLock { state in state.append(block.prefix(max(count, 0)), error: error) }
            ready?()
            if count <= 0 { return }
        }
    }
}

// Inside `LineReader`, its own method hides the C function.
private func readDescriptor(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

extension LineReader.State {
    /// Takes complete lines from the front; nil if there is none.
    fileprivate mutating func cut(upTo count: UInt64, bytes: Int) -> (lines: [UInt8], count: UInt64)? {
        var end = start
        var lines: UInt64 = 0
        while end < complete, lines < count {
            let next = (buffered[end..<complete].firstIndex(of: UInt8(ascii: "\n")) ?? complete - 1) + 1
            if lines > 0, next - start > bytes { break }
            end = next
            lines += 1
        }
        guard lines > 0 else { return nil }
        let taken = Array(buffered[start..<end])
        start = end
        return (taken, lines)
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
