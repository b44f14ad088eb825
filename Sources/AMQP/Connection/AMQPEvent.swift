/// What happened on a connection, in order.
package enum AMQPEvent: Sendable {
    /// The connection is up, and everything that its owner sets up has been declared again.
    case connected
    /// The connection is down; it will be tried again after the delay, for ever.
    case disconnected(AMQPError, retryIn: Duration)
    case delivered(Delivery)
    /// The broker has the publication with this token, and these deliveries are answered.
    case confirmed(token: UInt64, answering: [DeliveryTag])
    /// The broker does not have it, or we cannot know.
    case unsettled(Publication, Publication.Outcome)
    /// The broker is short of memory or disk and takes no publications for now.
    case blocked(reason: String)
    case unblocked
}
