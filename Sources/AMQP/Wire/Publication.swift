/// A message on its way to an exchange, and what is to happen once the broker has it.
package struct Publication: Sendable {
    package let exchange: ShortString
    package let routingKey: ShortString
    package let message: Message
    /// Whether the broker returns it when no queue takes it. Else it would be dropped in silence.
    package let isMandatory: Bool
    /// Told back with the outcome.
    package let token: UInt64
    /// The deliveries that this answers, told back with the outcome: once it is confirmed they can be acknowledged.
    package let answering: [DeliveryTag]
    /// Called with the outcome, in place of an event, on the connection's thread: it must only hand it over.
    package let completion: (@Sendable (Outcome) -> Void)?

    /// How a publication ended.
    package enum Outcome: Sendable, Hashable {
        /// The broker has it; on a quorum queue, a majority of its members.
        case confirmed
        /// The broker could not take it (a full queue, an internal error).
        case nacked
        /// No queue is bound for it.
        case returned
        /// It is larger than the broker takes, in bytes; the connection was closed for it.
        case tooLarge(limit: Int)
        /// The connection was lost, or no answer came in time: it may have arrived or not.
        case lost
    }

    package init(
        _ message: Message,
        to exchange: ShortString,
        routingKey: ShortString,
        isMandatory: Bool = false,
        token: UInt64 = 0,
        answering: [DeliveryTag] = [],
        completion: (@Sendable (Outcome) -> Void)? = nil
    ) {
        self.message = message
        self.exchange = exchange
        self.routingKey = routingKey
        self.isMandatory = isMandatory
        self.token = token
        self.answering = answering
        self.completion = completion
    }

    /// The same with another message.
    package func with(_ message: Message) -> Publication {
        Publication(
            message,
            to: exchange,
            routingKey: routingKey,
            isMandatory: isMandatory,
            token: token,
            answering: answering,
            completion: completion
        )
    }
}
