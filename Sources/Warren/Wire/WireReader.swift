import AMQP

/// The parts that several messages have in common. All of it comes from the network: nothing here traps.
enum WireReader {
    static let mostAttempts: Int64 = 1_000_000

    static func checkVersion(of message: Message) throws(WarrenError) {
        let version = message.headers.integer(WireNames.Header.version)
        guard version == WireNames.version else {
            let found = version.map { "is \($0)" } ?? "is missing"
            throw WarrenError(
                .incompatible,
                "header warren-version \(found), not \(WireNames.version); run the same version everywhere"
            )
        }
    }

    static func fragmentID(of message: Message) throws(WarrenError) -> FragmentID {
        guard let id = FragmentID(message.messageID.bytes) else {
            throw WarrenError(.incompatible, "message_id “\(message.messageID)” is no fragment's id")
        }
        guard message.correlationID == ShortString(id.job.description) else {
            throw WarrenError(
                .incompatible,
                "correlation_id “\(message.correlationID)” is not the job of “\(id)”"
            )
        }
        return id
    }

    static func job(of message: Message) throws(WarrenError) -> JobID {
        guard let job = JobID(bytes: message.correlationID.bytes) else {
            throw WarrenError(.incompatible, "correlation_id “\(message.correlationID)” is no job's id")
        }
        return job
    }

    static func attempt(of message: Message) throws(WarrenError) -> Int {
        guard let attempt = message.headers.integer(WireNames.Header.attempt),
            (1...mostAttempts).contains(attempt)
        else {
            throw WarrenError(.incompatible, "header attempt is missing or no number from 1 to 1,000,000")
        }
        return Int(attempt)
    }

    static func worker(of message: Message) -> String {
        message.headers.string(WireNames.Header.worker).map { String(decoding: $0, as: UTF8.self) }
            ?? "unknown"
    }
}
