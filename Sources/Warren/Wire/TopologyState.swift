package import AMQP

/// What the broker says of an exchange or a queue that Warren needs.
package enum TopologyState: Sendable {
    /// There, and as it is to be, as far as the broker compares.
    case equal
    /// There, but not as it is to be.
    case different(AMQPError)
    case missing
    /// There; whether it is as it is to be only those are told who may declare it.
    case unknown(AMQPError)
}

extension TopologyItem {
    /// Looks at it. Changes nothing unless it is there and the same, but not bound: then it binds it.
    package func state(on session: inout Session) throws(AMQPError) -> TopologyState {
        do throws(AMQPError) {
            try session.attempt { session throws(AMQPError) in try find(on: session) }
            try session.attempt { session throws(AMQPError) in try declare(on: session) }
            return .equal
        } catch {
            switch error.code {
            case .notFound: return .missing
            case .mismatch: return .different(error)
            case .accessRefused: return .unknown(error)
            default: throw error
            }
        }
    }
}
