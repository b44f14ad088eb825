package import AMQP

/// Asks every worker that is connected to a broker who it is and what it does.
package struct RollCall: Sendable {
    /// The workers that answered, sorted by pool and name.
    package var workers: [WorkerSighting] = []
    /// What others answered: what is wrong with each message.
    package var undecodable: [String] = []
    /// Why the broker took nothing, an alarm: nobody was asked then, and nobody could answer.
    package var blocked: String?

    /// - Throws: ``AMQPError`` if the broker cannot be reached or refuses.
    package static func take(of endpoint: AMQPEndpoint, as name: String = "warren workers") async throws
        -> RollCall
    {
        let answers = try await Inquiry.ask(endpoint, as: name) { .rollCall(replyTo: $0) }
        var call = RollCall()
        call.blocked = answers.blocked
        // What others tell everybody comes here, too.
        for answer in answers.answers where answer.message.type == WireNames.MessageType.present {
            do throws(WarrenError) {
                let report = try WorkerReport(answer.message)
                call.workers.append(WorkerSighting(report: report, asked: answer.asked, came: answer.came))
            } catch {
                call.undecodable.append(error.message)
            }
        }
        call.workers.sort { ($0.report.pool, $0.report.worker) < ($1.report.pool, $1.report.worker) }
        return call
    }

    /// - Returns: The workers that answered, sorted by pool and name.
    /// - Throws: ``AMQPError`` if the broker cannot be reached or refuses.
    package static func workers(of endpoint: AMQPEndpoint) async throws -> [WorkerReport] {
        try await take(of: endpoint).workers.map(\.report)
    }
}
