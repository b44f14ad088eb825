import AMQP

/// Which part of a pool's slots each job may have: its weight ÷ those of all jobs that want slots now.
///
/// No scheduler decides it. Every coordinator tells all others what its jobs claim, when they begin, when they have
/// nothing more to send, and every few seconds between; each makes its windows accordingly.
struct SlotShares: Sendable {
    /// How often a claim is repeated.
    static let interval: Duration = .seconds(2)
    /// After so long without a word, a coordinator is taken to be gone.
    private static let patience: Duration = .seconds(7)

    private struct Claim: Sendable {
        let weight: Int
        let until: Instant
    }

    /// What other coordinators claim; bounded by the number of jobs under way.
    private var others: [JobID: Claim] = [:]

    /// Takes in what another coordinator claims.
    mutating func heard(_ claim: SlotClaim, at now: Instant) {
        others[claim.job] = claim.isOpen ? Claim(weight: claim.weight, until: now + Self.patience) : nil
    }

    /// Forgets those that have fallen silent.
    mutating func forget(at now: Instant) { others = others.filter { $0.value.until > now } }

    /// The share of a job of this weight, beside others of one's own that weigh so much together.
    func share(of weight: Int, beside own: Int) -> Double {
        Double(weight) / Double(weight + own + others.values.reduce(0) { $0 + $1.weight })
    }
}
