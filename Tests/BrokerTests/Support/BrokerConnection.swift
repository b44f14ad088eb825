/// A client's connection, as the broker sees it at this moment.
struct BrokerConnection: Decodable, Hashable, Sendable {
    /// The broker's own name for it, as `rabbitmqctl close_connection` wants it.
    let pid: String
    /// The name that the client gave itself; empty if it did not.
    let name: String
}
