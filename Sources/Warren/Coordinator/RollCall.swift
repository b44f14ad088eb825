package import AMQP

/// Asks every worker that is connected to a broker who it is and what it does.
package enum RollCall {
    /// - Returns: The workers that answered, sorted by pool and name.
    /// - Throws: ``AMQPError`` if the broker cannot be reached.
    package static func workers(of endpoint: AMQPEndpoint) async throws -> [WorkerReport] {
        let answers = try await Inquiry.ask(endpoint, as: "warren workers") { .rollCall(replyTo: $0) }
        let reports = answers.compactMap { try? WorkerReport($0) }
        return reports.sorted { ($0.pool, $0.worker) < ($1.pool, $1.worker) }
    }
}
