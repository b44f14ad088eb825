package import AMQP

/// An exchange or a queue that stays at the broker, with everything that has to be the same in each declaration.
package struct TopologyItem: Sendable {
    package enum Kind: Sendable {
        case exchange(Session.ExchangeType)
        /// With its arguments, and the exchange and routing key that it is bound to.
        case queue([(name: String, value: Headers.Value)], boundTo: ShortString, routingKey: ShortString)
    }

    package let name: ShortString
    package let kind: Kind

    /// Declares and binds it. Costs a round trip or two, and changes nothing if it is there and the same.
    ///
    /// - Throws: ``AMQPError/Code/mismatch`` if it is there but different.
    package func declare(on session: borrowing Session) throws(AMQPError) {
        switch kind {
        case .exchange(let type): try session.declareExchange(name, type)
        case .queue(let arguments, let exchange, let routingKey):
            try session.declareQueue(name, arguments: arguments)
            try session.bindQueue(name, to: exchange, routingKey: routingKey)
        }
    }

    /// Makes sure that it is there, whatever it is like. Needs no permission.
    ///
    /// - Throws: ``AMQPError/Code/notFound`` if it is not.
    package func find(on session: borrowing Session) throws(AMQPError) {
        switch kind {
        case .exchange: try session.findExchange(name)
        case .queue: _ = try session.inspectQueue(name)
        }
    }
}

extension TopologyItem: CustomStringConvertible {
    package var description: String {
        switch kind {
        case .exchange(let type): "\(type.rawValue) exchange \(name)"
        case .queue: "queue \(name)"
        }
    }
}
