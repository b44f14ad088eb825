import AMQP

/// How long a fragment and its answer travel, waiting and working left out: the least that was seen lately.
///
/// The mean would not do: two jobs that share a queue would take each other's waiting for distance, send more, and make
/// each other wait longer, without end. The least may be forgotten, but slowly, as routes change.
struct RoundTrip: Sendable {
    /// In seconds; nil before the first answer.
    private(set) var seconds: Double?
    private var least = Double.infinity
    private var since = Instant(nanoseconds: 0)

    private static let span: Duration = .seconds(10)
    /// How much the estimate may grow in a span.
    private static let growth = 1.25

    /// - Parameter seconds: From publication to answer, without the time that the worker worked on it.
    mutating func measured(_ seconds: Double, at now: Instant) {
        guard seconds.isFinite else { return }
        let seconds = max(seconds, 1e-6)
        guard let known = self.seconds else {
            self.seconds = seconds
            since = now
            return
        }
        least = min(least, seconds)
        self.seconds = min(known, seconds)
        guard now - since > Self.span else { return }
        self.seconds = min(least, known * Self.growth)
        least = .infinity
        since = now
    }
}
