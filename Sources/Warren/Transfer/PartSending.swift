import AMQP
import Synchronization

/// A body on its way in parts: it has arrived when all of them have.
final class PartSending: Sendable {
    private struct State {
        var left: Int
        var outcome = Publication.Outcome.confirmed
    }

    private let state: Mutex<State>
    private let done: @Sendable (Publication.Outcome) -> Void

    /// - Parameter done: Called once, with the outcome of the whole.
    init(parts: Int, done: @escaping @Sendable (Publication.Outcome) -> Void) {
        state = Mutex(State(left: parts))
        self.done = done
    }

    func ended(_ outcome: Publication.Outcome) {
        let end = state.withLock { state -> Publication.Outcome? in
            state.left -= 1
            // That it is too large says what to do, and explains why the others were lost.
            if case .tooLarge = outcome { state.outcome = outcome }
            if state.outcome == .confirmed { state.outcome = outcome }
            return state.left == 0 ? state.outcome : nil
        }
        if let end { done(end) }
    }
}
