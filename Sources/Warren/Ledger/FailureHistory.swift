import AMQP

/// What has gone wrong with one fragment so far: how often, by cause, and the latest in detail.
struct FailureHistory: Sendable, Hashable, Codable {
    struct Entry: Sendable, Hashable, Codable {
        let failure: AttemptFailure
        let worker: String
        let attempt: Int
        let at: Instant
    }

    /// No more than this are told: enough to see a pattern.
    private static let kept = 4

    private var counts: [AttemptFailure.Cause: Int] = [:]
    private(set) var latest: [Entry] = []

    func count(of cause: AttemptFailure.Cause) -> Int { counts[cause, default: 0] }

    /// All failures together.
    var count: Int { counts.values.reduce(0, +) }

    mutating func add(_ failure: AttemptFailure, worker: String, attempt: Int, at now: Instant) {
        counts[failure.cause, default: 0] += 1
        latest.append(Entry(failure: failure, worker: worker, attempt: attempt, at: now))
        if latest.count > Self.kept { latest.removeFirst() }
    }

    /// The last failure, and those before it with how long before that they were.
    var description: String {
        guard let last = latest.last else { return "" }
        let earlier = latest.dropLast().reversed().map { entry in
            let seconds = ((last.at - entry.at).seconds * 10).rounded() / 10
            return
                "\n  \(seconds) s before: \(entry.failure.cause.rawValue) on \(entry.worker): \(entry.failure.reason)"
        }
        return "last on \(last.worker): \(last.failure.reason)" + earlier.joined()
    }
}
