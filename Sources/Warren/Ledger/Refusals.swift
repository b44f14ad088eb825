import AMQP

/// Who refuses a job, and who else there is: a job that every worker refuses need not wait for a better one long.
struct Refusals: Sendable {
    /// Since when it has been refused without anybody running any of it.
    private(set) var since: Instant?
    private var nextRollCall: Instant?
    /// Workers of the pool that were heard from; bounded by their number.
    private var others: Set<String> = []
    private var reasons: [String: String] = [:]

    /// How long the answers to a roll-call may take.
    private static let patience: Duration = .seconds(2)

    /// - Returns: Whether this worker had not refused before, and whether everybody should be asked.
    mutating func refused(
        by worker: String,
        _ reason: String,
        at now: Instant
    ) -> (isNews: Bool, mustAsk: Bool) {
        let isNews = reasons.updateValue(reason, forKey: worker) == nil
        others.remove(worker)
        since = since ?? now
        guard nextRollCall ?? now <= now else { return (isNews, false) }
        nextRollCall = now + Self.patience
        return (isNews, true)
    }

    mutating func heard(_ worker: String, runsJob: Bool) {
        if runsJob, reasons[worker] == nil { others.insert(worker) }
    }

    /// Somebody runs it: it is only that others are there, too.
    mutating func ran() {
        guard since != nil else { return }
        since = nil
        nextRollCall = nil
        reasons = [:]
    }

    /// Whether nobody can be expected to run it any more.
    func areFinal(at now: Instant, limit: Duration) -> Bool {
        guard let since else { return false }
        return now - since >= (others.isEmpty ? min(Self.patience, limit) : limit)
    }

    /// Who refuses, and why: a few of them.
    var description: String {
        let told = reasons.sorted { $0.key < $1.key }.prefix(3).map { "\($0.key) \($0.value)" }
        let more = reasons.count > 3 ? "; and \(reasons.count - 3) more" : ""
        return "no worker runs it: " + told.joined(separator: "; ") + more
    }
}
