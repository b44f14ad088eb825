import AMQP
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An executor's answers on their way to its worker.
///
/// An answer leaves at once. Only among fragments of a few microseconds do answers leave together, because each one
/// wakes the worker, which costs more than the fragment: then the thread that listens to the worker sees to it that
/// none is kept for longer than ``patience``, should the next fragment take an hour.
final class AnswerOutbox: Sendable {
    /// How long an answer may be kept for others to come along.
    static let patience: Duration = .milliseconds(2)
    /// No more than so many are kept.
    private static let most = 32
    /// Fragments that take less than this, in seconds, are answered together.
    private static let short = 50e-6

    private struct State: Sendable {
        var frames = FrameWriter()
        var waiting = 0
        var isBatching = false
    }

    private let descriptor: CInt
    private let state = Mutex(State())
    /// Wakes whoever sees to it that nothing is kept.
    let wakeUp = WakeUp()

    init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// Whether somebody has to look after what is kept.
    var isBatching: Bool { state.withLock { $0.isBatching } }

    /// Whether an answer may be kept for a moment.
    static func mayKeep(_ answer: ExecutorAnswer) -> Bool { answer.cost.seconds < short }

    /// Takes an answer.
    ///
    /// - Parameter isLast: Whether no other fragment is at hand.
    /// - Returns: False if the worker is gone.
    func send(_ answer: ExecutorAnswer, isLast: Bool) -> Bool {
        let isShort = Self.mayKeep(answer)
        let (isOpen, beginsBatching) = state.withLock { state in
            ExecutorMessage.answer(answer).write(to: &state.frames)
            state.waiting += 1
            let begins = isShort && !state.isBatching
            state.isBatching = isShort
            guard isLast || !isShort || state.waiting >= Self.most else { return (true, begins) }
            return (flush(&state), begins)
        }
        if beginsBatching { wakeUp.signal() }
        return isOpen
    }

    /// Sends a message that is no answer, and what is kept before it.
    ///
    /// - Returns: False if the worker is gone.
    @discardableResult
    func send(_ message: ExecutorMessage) -> Bool {
        state.withLock { state in
            message.write(to: &state.frames)
            return flush(&state)
        }
    }

    /// Sends what is kept.
    ///
    /// - Returns: False if the worker is gone.
    @discardableResult
    func flush() -> Bool { state.withLock { flush(&$0) } }

    private func flush(_ state: inout State) -> Bool {
        var sent = 0
        let count = state.frames.bytes.count
        while sent < count {
            let written = state.frames.bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress! + sent, count - sent)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            sent += written
        }
        state.frames.bytes.removeAll(keepingCapacity: true)
        state.waiting = 0
        return true
    }
}
