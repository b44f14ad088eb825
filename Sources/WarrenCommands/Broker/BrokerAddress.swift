/// Where and how a private broker is reached.
package struct BrokerAddress: Hashable, Sendable, CustomStringConvertible {
    package let port: UInt16
    let password: String

    /// For a client: holds the password, so it belongs in no log, no error and on no command line.
    package var url: String { "amqp://warren:\(password)@127.0.0.1:\(port)" }

    /// The URL for people to read, with the password hidden.
    package var description: String { "amqp://warren:***@127.0.0.1:\(port)" }
}
