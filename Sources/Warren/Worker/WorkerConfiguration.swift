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

    /// How fragments are run in processes of their own; nil to run them in the worker itself.
    package var executors: ExecutorSetup?
    /// Where large payloads and partials lie; nil to send partials in parts.
    package var store: PayloadStore?
    /// The most memory that a slot may use, in bytes.
    package var memoryLimit: UInt64?
    /// Which commands it runs for whoever asks.
    package var commands = CommandPermission.none
    /// How long a worker that was asked to stop lets what runs go on; nil for as long as that takes.
    package var drainLimit: Duration?

    package init(endpoint: AMQPEndpoint, name: String, slots: Int) {
        self.endpoint = endpoint
        self.name = name
        self.slots = slots
    }
}
