/// Why the private broker could not be started or stopped.
package struct PrivateBrokerError: Error, Sendable, CustomStringConvertible {
    /// What sort of failure it is; more may be added.
    package struct Code: Hashable, Sendable {
        private enum Kind { case rabbitMQMissing, files, startFailed, stopFailed }
        private let kind: Kind

        /// No RabbitMQ server is installed where it was looked for.
        package static let rabbitMQMissing = Code(kind: .rabbitMQMissing)
        /// Its folder cannot be read or written.
        package static let files = Code(kind: .files)
        /// The node ended while it started, or did not answer in time.
        package static let startFailed = Code(kind: .startFailed)
        /// The node is still there.
        package static let stopFailed = Code(kind: .stopFailed)
    }

    package let code: Code
    /// Names the thing, the value and the next step.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
