/// A message that a consumer was given.
package struct Delivery: Sendable {
    package let message: Message
    package let tag: DeliveryTag
    package let consumer: ShortString
    /// Whether somebody was given it before, as far as the broker knows.
    package let isRedelivered: Bool
    /// Why it is not to be trusted; nil if it is, or nobody checks.
    package let fault: String?

    package init(
        message: Message,
        tag: DeliveryTag,
        consumer: ShortString,
        isRedelivered: Bool,
        fault: String?
    ) {
        self.message = message
        self.tag = tag
        self.consumer = consumer
        self.isRedelivered = isRedelivered
        self.fault = fault
    }

    /// How often it was given out before and not acknowledged (quorum queues count it; 0 on others).
    package var deliveryCount: Int64 { message.headers.integer("x-delivery-count") ?? 0 }

    /// The same with another message.
    package func with(_ message: Message) -> Delivery {
        Delivery(message: message, tag: tag, consumer: consumer, isRedelivered: isRedelivered, fault: fault)
    }
}

/// What names a delivery when it is acknowledged: void once the connection that brought it is gone.
package struct DeliveryTag: Hashable, Sendable {
    let session: UInt64
    let value: UInt64

    /// One number for both, as a publication's token: good for 2⁴⁰ deliveries on each of 2²⁴ connections.
    package var token: UInt64 { session << 40 | value }

    package init(session: UInt64, value: UInt64) {
        self.session = session
        self.value = value
    }
}
