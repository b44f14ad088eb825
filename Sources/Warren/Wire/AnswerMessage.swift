import AMQP

extension Message {
    /// A message that answers several fragments of a job at once.
    init(
        answering answers: [ReplyMessage],
        of job: JobID,
        by worker: String,
        type: ShortString,
        body: [UInt8]
    ) {
        self.init(
            type: type,
            // What is returned is told by its id.
            messageID: ShortString(answers.first?.id.bytes ?? []),
            correlationID: ShortString(job.description),
            contentType: WireNames.ContentType.bytes,
            body: body
        )
        headers.reserveCapacity(2)
        headers[WireNames.Header.version] = .integer(WireNames.version)
        headers[WireNames.Header.worker] = .string(Array(worker.utf8))
    }
}
