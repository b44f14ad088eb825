/// What went wrong between us and the broker. Never holds a password.
package struct AMQPError: Error, Sendable, CustomStringConvertible {
    package struct Code: Hashable, Sendable {
        private enum Kind {
            case invalidAddress, unusableFile, unreachable, untrusted, accessRefused, vhostNotFound,
                connectionLost, timedOut
            case tooLarge, notFound, locked, mismatch, closedByBroker, consumerCancelled, closed
        }
        private let kind: Kind

        /// The address makes no sense.
        package static let invalidAddress = Code(kind: .invalidAddress)
        /// A file that belongs to the address cannot be used: trusted certificates, a certificate, a key, a password.
        package static let unusableFile = Code(kind: .unusableFile)
        /// We do not trust the broker's certificate, or it does not trust ours.
        package static let untrusted = Code(kind: .untrusted)
        /// Nobody listens at the address, or no AMQP broker does.
        package static let unreachable = Code(kind: .unreachable)
        /// The broker does not accept the user and password, or the user may not do this.
        package static let accessRefused = Code(kind: .accessRefused)
        /// The broker has no such virtual host, or the user may not enter it.
        package static let vhostNotFound = Code(kind: .vhostNotFound)
        /// The connection broke.
        package static let connectionLost = Code(kind: .connectionLost)
        /// The broker did not answer in time.
        package static let timedOut = Code(kind: .timedOut)
        /// A message was larger than the broker takes; ``AMQPError/limit`` says how much it takes.
        package static let tooLarge = Code(kind: .tooLarge)
        /// The queue or exchange is not there (404).
        package static let notFound = Code(kind: .notFound)
        /// Another connection owns the queue (405).
        package static let locked = Code(kind: .locked)
        /// The queue or exchange is there, but declared otherwise (406).
        package static let mismatch = Code(kind: .mismatch)
        /// The broker closed the connection or the channel for another reason.
        package static let closedByBroker = Code(kind: .closedByBroker)
        /// The broker ended a consumer: its queue was deleted or moved.
        package static let consumerCancelled = Code(kind: .consumerCancelled)
        /// We closed it ourselves.
        package static let closed = Code(kind: .closed)
    }

    package let code: Code
    package let message: String
    /// The size that was exceeded, in bytes.
    package let limit: Int?
    /// What the account may not do, if that is what is wrong.
    package let refusal: AMQPRefusal?

    package init(_ code: Code, _ message: String, limit: Int? = nil, refusal: AMQPRefusal? = nil) {
        self.code = code
        self.message = message
        self.limit = limit
        self.refusal = refusal
    }

    package var description: String { message }

    /// Whether trying again with the same address and rights could never help.
    package var isPermanent: Bool {
        [.invalidAddress, .accessRefused, .vhostNotFound, .mismatch].contains(code)
    }
}
