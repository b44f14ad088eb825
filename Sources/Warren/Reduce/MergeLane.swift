import AMQP

/// A thread that merges partials into a total of its own. What waits for it is bounded by the job's window; the thread
/// ends with its owner.
final class MergeLane<J: Job>: Sendable {
    private struct State {
        var orders: [Order] = []
        /// How many have not been merged.
        var waiting = 0
        var isOver = false
        /// Left by the thread as the last thing it does.
        var total: J.Partial?
    }

    private struct Order {
        let body: [UInt8]
        let done: @Sendable ((any Error)?) -> Void
    }

    /// Shared with the thread, which must not keep the lane itself alive.
    private let state = Monitor(State())

    init(_ job: J) {
        let state = state
        Thread.start("warren-merge", stackSize: 8 << 20) { Self.run(job, state) }
    }

    deinit {
        state.withLock { $0.isOver = true }
        state.broadcast()
    }

    var waiting: Int { state.withLock { $0.waiting } }

    /// Merges a partial.
    ///
    /// - Parameter done: Called on the thread, with what is wrong with the bytes; nothing was merged then.
    func merge(_ body: [UInt8], then done: @escaping @Sendable ((any Error)?) -> Void) {
        state.withLock { state in
            state.orders.append(Order(body: body, done: done))
            state.waiting += 1
        }
        state.broadcast()
    }

    /// Waits until everything is merged; the total.
    func end() -> J.Partial {
        state.withLock { $0.isOver = true }
        state.broadcast()
        let total = state.wait { state -> J.Partial? in
            defer { state.total = nil }
            return state.total
        }
        guard let total else { preconditionFailure("waiting without a deadline ends with a total") }
        return total
    }

    private static func run(_ job: J, _ state: Monitor<State>) {
        var total = job.identity
        while true {
            let orders = state.wait { state -> [Order]? in
                guard !state.orders.isEmpty || state.isOver else { return nil }
                defer { state.orders = [] }
                return state.orders
            }
            guard let orders, !orders.isEmpty else { break }
            for order in orders {
                let error = Result { try job.merge(decoding: order.body, into: &total) }.failure
                state.withLock { $0.waiting -= 1 }
                order.done(error)
            }
        }
        state.withLock { $0.total = total }
        state.broadcast()
    }
}

extension Result {
    fileprivate var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}
