package import AMQP

/// Answers of one worker that leave as one message: those to fragments of one job that ran to their end, with partials
/// that are small. However small a message is, the broker works on it for some 30 µs.
package struct ReplyBatch: Sendable {
    /// No more than this goes into a message, in bytes of partials.
    package static let largest = 64 << 10
    /// A partial above this is a message of its own, in bytes.
    private static let small = 4 << 10

    package let job: JobID
    package let worker: String
    package private(set) var answers: [ReplyMessage]

    package init(job: JobID, worker: String, answers: [ReplyMessage]) {
        self.job = job
        self.worker = worker
        self.answers = answers
    }

    /// Whether an answer may travel with others.
    package static func admits(_ answer: ReplyMessage) -> Bool {
        guard case .done = answer.reply.outcome else { return false }
        return answer.body.count <= small
    }

    package var message: Message {
        var body: [UInt8] = []
        body.reserveCapacity(answers.reduce(0) { $0 + 32 + $1.body.count })
        for answer in answers {
            answer.appendHead(to: &body)
            body.appendVarint(UInt(answer.body.count))
            body += answer.body
        }
        return Message(answering: answers, of: job, by: worker, type: WireNames.MessageType.batch, body: body)
    }

    /// - Throws: ``WarrenError/Code/incompatible`` that says what is wrong with the message.
    package init(_ message: Message) throws(WarrenError) {
        try WireReader.checkVersion(of: message)
        let job = try WireReader.job(of: message)
        let worker = WireReader.worker(of: message)
        self.init(job: job, worker: worker, answers: [])
        do {
            answers = try Self.answers(in: message.body, of: job, by: worker)
        } catch {
            throw WarrenError(.incompatible, "the body of “batch” is no list of answers: \(error)")
        }
    }

    private static func answers(in body: [UInt8], of job: JobID, by worker: String) throws -> [ReplyMessage] {
        var reader = VarintReader(body)
        var answers: [ReplyMessage] = []
        repeat {
            let head = try ReplyMessage(head: &reader, of: job, by: worker)
            let length: UInt = try reader.next()
            answers.append(head.with(body: try reader.next(bytes: Int(clamping: length))))
        } while reader.remaining > 0
        return answers
    }
}
