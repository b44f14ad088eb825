import AMQP
import Warren

extension TestBroker {
    /// Asks the workers of a pool who they are and what they hold, until the answer is as it should be.
    @discardableResult
    func workers(
        of pool: String,
        within limit: Duration = .seconds(60),
        are condition: ([WorkerReport]) -> Bool
    ) async throws -> [WorkerReport] {
        let endpoint = try AMQPEndpoint(url: url)
        let deadline = ContinuousClock.now + limit
        while true {
            let workers = try await RollCall.workers(of: endpoint).filter { $0.pool == pool }
            if condition(workers) { return workers }
            guard ContinuousClock.now < deadline else {
                throw TestFailure("the workers of pool \(pool) never were as expected, but \(workers)")
            }
        }
    }

    /// Waits until a worker has answered something.
    func worker(_ name: String, of pool: String, hasAnswered count: Int = 1) async throws {
        try await workers(of: pool) { $0.contains { $0.worker == name && $0.done >= count } }
    }
}
