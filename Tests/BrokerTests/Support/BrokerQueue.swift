/// A queue, as the broker sees it at this moment.
struct BrokerQueue: Decodable, Hashable, Sendable {
    let name: String
    let ready: Int
    let unacknowledged: Int
    let consumers: Int
    /// Of all that is in it, in bytes.
    let bytes: Int
}
