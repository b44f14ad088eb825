import AMQP

@testable import Warren

/// Answers roll-calls with whatever report a test wants, and does nothing else.
final class ForgedWorker: Sendable {
    private let connection: AMQPConnection

    /// Returns once it hears roll-calls.
    ///
    /// - Parameter make: Called for each: the message to answer with.
    static func start(at url: String, _ make: @escaping @Sendable () -> Message) async throws -> ForgedWorker
    {
        let worker = ForgedWorker(at: try AMQPEndpoint(url: url), make)
        await withCheckedContinuation { continuation in
            worker.connection.perform { _ in continuation.resume() }
        }
        return worker
    }

    private init(at endpoint: AMQPEndpoint, _ make: @escaping @Sendable () -> Message) {
        let answers = Monitor<AMQPConnection?>(nil)
        connection = AMQPConnection(
            to: endpoint,
            name: "test forged worker",
            setUp: { session throws(AMQPError) in
                try Topology.consumeControl(for: "forged", at: "forged", on: &session)
            },
            events: { events in
                for case .delivered(let delivery) in events {
                    guard case .rollCall(let address)? = try? ControlMessage(delivery.message) else {
                        continue
                    }
                    answers.withLock { $0 }?.publish(
                        Publication(make(), to: WireNames.Exchange.replies, routingKey: address)
                    )
                }
            }
        )
        answers.withLock { $0 = connection }
    }

    func close() async { await connection.close() }
}

extension WorkerReport {
    /// A worker with nothing to do.
    static func idle(
        _ name: String,
        version: String? = WarrenVersion.current,
        now: Double? = Double(wallClockMilliseconds()) / 1000
    ) -> WorkerReport {
        WorkerReport(
            worker: name,
            host: "elsewhere",
            pool: "default",
            slots: 1,
            since: 0,
            done: 0,
            running: [],
            waiting: [],
            version: version,
            now: now
        )
    }
}
