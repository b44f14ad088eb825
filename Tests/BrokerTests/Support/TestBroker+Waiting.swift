@testable import AMQP
@testable import Warren

extension TestBroker {
    /// Asks for a pool's queue until it is as it should be.
    func queue(of pool: String, is condition: (BrokerQueue) -> Bool) async throws {
        var last: BrokerQueue?
        for _ in 0..<60 {
            last = try await queues()["warren.work.\(pool)"]
            if let last, condition(last) { return }
        }
        let queue = last.map { "\($0)" } ?? "missing"
        throw TestFailure("the queue of pool \(pool) never was as expected; at last it was \(queue)")
    }

    /// Asks until no connection is left whose name contains `text`.
    func connectionsEnd(of text: String) async throws {
        for _ in 0..<200 {
            if try await connections().allSatisfy({ !$0.name.contains(text) }) { return }
        }
        throw TestFailure("connections of “\(text)” are still open")
    }

    /// Purges a pool's queue, as an operator might, with no delay that a starting `rabbitmqctl` would cause.
    func empty(_ pool: String) async throws {
        let connection = AMQPConnection(to: try AMQPEndpoint(url: url), name: "test operator") { _ in }
        let queue = try Pool(pool).queue
        await withCheckedContinuation { continuation in
            connection.perform { session throws(AMQPError) in
                try session.purgeQueue(queue)
                continuation.resume()
            }
        }
        await connection.close()
    }
}
