package import AMQP

/// The answer of one worker to several fragments of a job whose partials it has merged into one: it counts for all of them
/// or for none.
package struct MergedReply: Sendable {
    package let job: JobID
    package let worker: String
    /// What is said of each fragment; none has a partial of its own.
    package let answers: [ReplyMessage]
    /// The partial of all of them.
    package let body: [UInt8]

    package init(job: JobID, worker: String, answers: [ReplyMessage], body: [UInt8]) {
        self.job = job
        self.worker = worker
        self.answers = answers
        self.body = body
    }

    package var message: Message {
        var heads: [UInt8] = []
        heads.reserveCapacity(8 + answers.count * 40)
        heads.appendVarint(UInt(answers.count))
        for answer in answers { answer.appendHead(to: &heads) }
        var message = Message(
            answering: answers,
            of: job,
            by: worker,
            type: WireNames.MessageType.merged,
            body: body
        )
        message.headers[WireNames.Header.answers] = .string(heads)
        return message
    }

    /// Needs the body only to have it: of which fragments it is, can be told without.
    ///
    /// - Throws: ``WarrenError/Code/incompatible`` that says what is wrong with the message.
    package init(_ message: Message) throws(WarrenError) {
        try WireReader.checkVersion(of: message)
        let job = try WireReader.job(of: message)
        let worker = WireReader.worker(of: message)
        do {
            let heads = message.headers.string(WireNames.Header.answers) ?? []
            var reader = VarintReader(heads)
            let count: UInt = try reader.next()
            // A head takes at least eight bytes: nobody makes us reserve more than was sent.
            guard (1...UInt(heads.count)).contains(count) else {
                throw WarrenError(.incompatible, "\(count) answers do not fit it")
            }
            let answers = try (0..<count).map { _ in try ReplyMessage(head: &reader, of: job, by: worker) }
            guard reader.remaining == 0, Set(answers.map(\.id)).count == answers.count else {
                throw WarrenError(.incompatible, "a fragment comes twice, or more follows")
            }
            self.init(job: job, worker: worker, answers: answers, body: message.body)
        } catch {
            throw WarrenError(.incompatible, "header answers is no list of answers: \(error)")
        }
    }
}
