package import AMQP

/// Cancels a job from anywhere: its submitter and all workers are told.
package enum JobCancellation {
    /// - Returns: Whether the job's submitter answered; if it is gone, the workers drop what is left all the same.
    /// - Throws: ``AMQPError`` if the broker cannot be reached.
    package static func cancel(_ job: JobID, at endpoint: AMQPEndpoint) async throws -> Bool {
        let isAnswer: @Sendable (Message) -> Bool = { message in
            message.type == WireNames.MessageType.cancelling
                && message.correlationID == ShortString(job.description)
        }
        let answers = try await Inquiry.ask(endpoint, as: "warren cancel") {
            .cancel(job, replyTo: $0)
        } until: {
            $0.contains(where: isAnswer)
        }
        return answers.messages.contains(where: isAnswer)
    }
}
