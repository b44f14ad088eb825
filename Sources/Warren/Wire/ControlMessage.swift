package import AMQP

/// What every worker and every coordinator is told.
package enum ControlMessage: Sendable, Hashable {
    /// Stop what runs of this job, answer what waits. Its coordinator answers to the address, if there is one.
    case cancel(JobID, replyTo: ShortString = .empty)
    /// Stop or drop what there is of this fragment: it was answered elsewhere.
    case recall(FragmentID)
    /// Take note of what a job wants of a pool's slots; for coordinators.
    case claim(SlotClaim)
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
        case .recall(let fragment):
            return Message(
                type: WireNames.MessageType.recall,
                messageID: ShortString(fragment.bytes),
                correlationID: ShortString(fragment.job.description),
                headers: headers
            )
        case .claim(let claim): return claim.message
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
        case WireNames.MessageType.recall: self = .recall(try WireReader.fragmentID(of: message))
        case WireNames.MessageType.claim: self = .claim(try SlotClaim(message))
        case WireNames.MessageType.rollCall:
            guard !message.replyTo.isEmpty else { throw WarrenError(.incompatible, "reply_to is missing") }
            self = .rollCall(replyTo: message.replyTo)
        default:
            throw WarrenError(.incompatible, "type “\(message.type)” is no command to workers")
        }
    }

    /// Whether a message is one to everybody, well-formed or not.
    static func isOne(_ message: Message) -> Bool {
        [
            WireNames.MessageType.cancel, WireNames.MessageType.recall, WireNames.MessageType.claim,
            WireNames.MessageType.rollCall,
        ].contains(message.type)
    }

    /// The job of which a message would end something; nil if it is none of that sort.
    static func jobEnded(by message: Message) -> JobID? {
        guard message.type == WireNames.MessageType.cancel || message.type == WireNames.MessageType.recall
        else { return nil }
        return JobID(bytes: message.correlationID.bytes)
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
