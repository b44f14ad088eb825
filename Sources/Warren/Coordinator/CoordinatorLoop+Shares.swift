import AMQP

/// What the jobs of this process claim of the pool's slots, and what they get.
extension CoordinatorLoop {
    /// Takes in what another coordinator claims; one that asks is told what is claimed here.
    mutating func heard(_ claim: SlotClaim, at now: Instant) {
        guard claim.pool == coordinator.pool.name, jobs[claim.job] == nil, claimed[claim.job] == nil else {
            return
        }
        shares.heard(claim, at: now)
        if claim.asks { for id in jobs.keys where claimed[id] == true { tellClaim(of: id, asks: false) } }
        share(at: now)
    }

    /// Tells others what has changed, and from time to time what has not.
    mutating func claim(at now: Instant) {
        var hasChanged = false
        // One that is sent as a whole at once never claims anything.
        for (id, job) in jobs where (claimed[id] ?? false) != job.run.wantsSlots {
            let isNew = claimed[id] == nil
            claimed[id] = job.run.wantsSlots
            tellClaim(of: id, asks: isNew)
            hasChanged = true
        }
        for id in claimed.keys where jobs[id] == nil {
            if claimed.removeValue(forKey: id) == true { tellOthers(claim(of: id, isOpen: false)) }
            hasChanged = true
        }
        if let due = nextClaim, due <= now {
            shares.forget(at: now)
            for id in jobs.keys where claimed[id] == true { tellClaim(of: id, asks: false) }
            hasChanged = true
        }
        if jobs.isEmpty {
            nextClaim = nil
        } else if (nextClaim ?? now) <= now {
            nextClaim = now + SlotShares.interval
        }
        if hasChanged { share(at: now) }
    }

    private mutating func share(at now: Instant) {
        let own = jobs.values.reduce(0) { $0 + ($1.run.wantsSlots ? $1.run.weight : 0) }
        for (id, job) in jobs where job.run.wantsSlots {
            let share = shares.share(of: job.run.weight, beside: own - job.run.weight)
            perform(at: now, on: id) { $0.handle(.share(share), at: now) }
        }
    }

    private mutating func tellClaim(of id: JobID, asks: Bool) {
        guard let run = jobs[id]?.run else { return }
        tellOthers(claim(of: id, weight: run.weight, isOpen: claimed[id] ?? false, asks: asks))
    }

    private func claim(of id: JobID, weight: Int = 1, isOpen: Bool, asks: Bool = false) -> SlotClaim {
        SlotClaim(job: id, pool: coordinator.pool.name, weight: weight, isOpen: isOpen, asks: asks)
    }

    private mutating func tellOthers(_ claim: SlotClaim) {
        publications.append(
            Publication(claim.message, to: WireNames.Exchange.control, routingKey: .empty)
        )
    }
}
