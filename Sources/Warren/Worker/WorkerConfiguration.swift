package import AMQP

/// How a worker is set up.
package struct WorkerConfiguration: Sendable {
    package var endpoint: AMQPEndpoint
    package var pool: Pool = .default
    /// A name for people: in logs, receipts and the broker's pages.
    package var name: String
    /// Fragments at a time.
    package var slots: Int
    /// Deliveries per slot that may wait or run; nil to follow what is measured.
    package var prefetch: UInt16?
    /// How often coordinators are told what is held.
    package var reportInterval: Duration = .seconds(5)
    /// How long an answer is kept that nobody receives: three heartbeats.
    package var answerLimit: Duration = .seconds(30)

    package init(endpoint: AMQPEndpoint, name: String, slots: Int) {
        self.endpoint = endpoint
        self.name = name
        self.slots = slots
    }
}
