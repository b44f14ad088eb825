package import AMQP

/// What every worker is told.
package enum ControlMessage: Sendable, Hashable {
    /// Stop what runs of this job, answer what waits. Its coordinator answers to the address, if there is one.
    case cancel(JobID, replyTo: ShortString = .empty)
    /// Say to this address who you are.
    case rollCall(replyTo: ShortString)

    package var message: Message {
        var headers = Headers()
        headers[WireNames.Header.version] = .integer(WireNames.version)
        switch self {
        case .cancel(let job, let address):
            return Message(
                type: WireNames.MessageType.cancel,
                correlationID: ShortString(job.description),
                replyTo: address,
                headers: headers
            )
        case .rollCall(let address):
            return Message(type: WireNames.MessageType.rollCall, replyTo: address, headers: headers)
        }
    }

    /// - Throws: ``WarrenError/Code/incompatible`` that says what is wrong with the message.
    package init(_ message: Message) throws(WarrenError) {
        try WireReader.checkVersion(of: message)
        switch message.type {
        case WireNames.MessageType.cancel:
            guard let job = JobID(bytes: message.correlationID.bytes) else {
                throw WarrenError(.incompatible, "correlation_id “\(message.correlationID)” is no job's id")
            }
            self = .cancel(job, replyTo: message.replyTo)
        case WireNames.MessageType.rollCall:
            guard !message.replyTo.isEmpty else { throw WarrenError(.incompatible, "reply_to is missing") }
            self = .rollCall(replyTo: message.replyTo)
        default:
            throw WarrenError(.incompatible, "type “\(message.type)” is no command to workers")
        }
    }

    /// What a coordinator answers to whoever cancels one of its jobs.
    static func acknowledgement(of job: JobID) -> Message {
        var headers = Headers()
        headers[WireNames.Header.version] = .integer(WireNames.version)
        return Message(
            type: WireNames.MessageType.cancelling,
            correlationID: ShortString(job.description),
            headers: headers
        )
    }
}
