/// A message on its way to an exchange, and what is to happen once the broker has it.
package struct Publication: Sendable {
    package let exchange: ShortString
    package let routingKey: ShortString
    package let message: Message
    /// Whether the broker returns it when no queue takes it. Else it would be dropped in silence.
    package let isMandatory: Bool
    /// Told back with the outcome.
    package let token: UInt64
    /// The delivery to acknowledge once this is confirmed, without anybody's further doing.
    package let acknowledging: Acknowledgement?
    /// Called with the outcome, in place of an event, on the connection's thread: it must only hand it over.
    package let completion: (@Sendable (Outcome) -> Void)?

    package struct Acknowledgement: Sendable {
        package let connection: AMQPConnection
        package let tag: DeliveryTag

        package init(_ tag: DeliveryTag, on connection: AMQPConnection) {
            self.connection = connection
            self.tag = tag
        }
    }

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
        acknowledging: Acknowledgement? = nil,
        completion: (@Sendable (Outcome) -> Void)? = nil
    ) {
        self.message = message
        self.exchange = exchange
        self.routingKey = routingKey
        self.isMandatory = isMandatory
        self.token = token
        self.acknowledging = acknowledging
        self.completion = completion
    }
}
