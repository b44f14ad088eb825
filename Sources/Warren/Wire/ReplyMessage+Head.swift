/// What is said of a fragment that ran to its end, but for its partial, in compact form: for answers that travel together.
extension ReplyMessage {
    private enum Flag {
        static let none: UInt8 = 0
        static let backup: UInt8 = 1
    }

    func appendHead(to bytes: inout [UInt8]) {
        bytes.appendVarint(id.range.lowerBound)
        bytes.appendVarint(id.range.unitCount)
        bytes.appendVarint(UInt(max(reply.attempt, 0)))
        bytes.append(reply.isBackup ? Flag.backup : Flag.none)
        for number in cost.wholeNumbers { bytes.appendVarint(number) }
    }

    /// - Throws: ``WarrenError/Code/incompatible`` for bytes that are no head.
    init(head reader: inout VarintReader, of job: JobID, by worker: String) throws {
        let from: UInt64 = try reader.next()
        let count: UInt64 = try reader.next()
        let (to, overflows) = from.addingReportingOverflow(count)
        guard count > 0, !overflows, to <= Int64.max else {
            throw WarrenError(.incompatible, "\(count) units from \(from) are no run of units")
        }
        let attempt: UInt = try reader.next()
        guard (1...WireReader.mostAttempts).contains(Int64(clamping: attempt)) else {
            throw WarrenError(.incompatible, "\(attempt) is no attempt")
        }
        let flags: UInt8 = try reader.next()
        let cost = AttemptCost(wholeNumbers: try (0..<4).map { _ in try reader.next() })
        let reply = LedgerEvent.Reply(
            attempt: Int(attempt),
            worker: worker,
            outcome: .done(seconds: cost.seconds),
            isBackup: flags & Flag.backup != 0
        )
        self.init(id: FragmentID(job: job, range: from..<to), reply: reply, cost: cost)
    }

    /// The same with a partial.
    func with(body: [UInt8]) -> ReplyMessage { ReplyMessage(id: id, reply: reply, cost: cost, body: body) }
}
