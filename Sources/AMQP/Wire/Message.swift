/// A message with the properties that Warren uses.
package struct Message: Hashable, Sendable {
    package var type: ShortString
    package var messageID: ShortString
    package var correlationID: ShortString
    package var replyTo: ShortString
    package var contentType: ShortString
    package var headers: Headers
    package var body: [UInt8]
    /// Whether a durable queue keeps it over a restart of the broker.
    package var isPersistent: Bool

    package init(
        type: ShortString,
        messageID: ShortString = .empty,
        correlationID: ShortString = .empty,
        replyTo: ShortString = .empty,
        contentType: ShortString = .empty,
        headers: Headers = Headers(),
        body: [UInt8] = [],
        isPersistent: Bool = false
    ) {
        self.type = type
        self.messageID = messageID
        self.correlationID = correlationID
        self.replyTo = replyTo
        self.contentType = contentType
        self.headers = headers
        self.body = body
        self.isPersistent = isPersistent
    }
}
