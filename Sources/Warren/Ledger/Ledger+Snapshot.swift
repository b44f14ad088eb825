extension Ledger {
    /// All that must be kept to carry a job on elsewhere, besides what was folded and the source itself.
    ///
    /// Taken only when every action of the last event has been carried out.
    package struct Snapshot: Sendable, Codable {
        package struct Fragment: Sendable, Codable {
            package let range: UnitRange
            let attempt: Int
            let isAlone: Bool
            let isNarrowing: Bool
            let history: FailureHistory
            let deathsAlone: Int
        }

        let policy: LedgerPolicy
        let unitCount: UInt64?
        let grain: UInt64
        /// The units that the source has handed out: where it goes on.
        package let unitsTaken: UInt64
        let isExhausted: Bool
        /// What was out, in order; all of it is published again.
        package let out: [Fragment]
        let sizing: Sizing
        let counters: LedgerCounters
    }

    package var snapshot: Snapshot {
        Snapshot(
            policy: policy,
            unitCount: unitCount,
            grain: grain,
            unitsTaken: unitsTaken,
            isExhausted: isExhausted,
            out: inOrder(out.keys).compactMap { range in
                out[range].map { entry in
                    Snapshot.Fragment(
                        range: range,
                        attempt: entry.attempt,
                        isAlone: entry.isAlone,
                        isNarrowing: entry.isNarrowing,
                        history: entry.history,
                        deathsAlone: entry.deathsAlone
                    )
                }
            },
            sizing: sizing,
            counters: counters
        )
    }

    /// Carries a job on; ``LedgerEvent/began`` publishes what was out.
    package init(resuming snapshot: Snapshot) {
        self.init(policy: snapshot.policy, unitCount: snapshot.unitCount, grain: snapshot.grain)
        unitsTaken = snapshot.unitsTaken
        isExhausted = snapshot.isExhausted
        sizing = snapshot.sizing
        counters = snapshot.counters
        for fragment in snapshot.out {
            out[fragment.range] = Entry(
                attempt: fragment.attempt,
                isAlone: fragment.isAlone,
                isNarrowing: fragment.isNarrowing,
                history: fragment.history,
                deathsAlone: fragment.deathsAlone,
                isQueued: fragment.isAlone
            )
            if fragment.isAlone { suspects.append(fragment.range) }
        }
    }
}
