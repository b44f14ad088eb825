import TestSupport
import Warren

/// What sort of world it is: drawn once from the seed.
struct WorldRules: Sendable {
    /// What a poison unit does to whoever runs it.
    enum Poison: Sendable { case none, fails, kills }

    let units: UInt64
    let isCountKnown: Bool
    let policy: LedgerPolicy
    let poison: Poison
    let poisonUnit: UInt64
    /// How many random events happen before the faults stop.
    let chaos: Int
    /// Faults come once in so many events.
    let faultRate: Int
    /// Whether other jobs keep the queue from ever being empty: then little counts as evidence.
    let isQueueShared: Bool
    /// Whether workers answer unit by unit, and now and then leave some of a fragment to others.
    let answersPartly: Bool
    /// Whether healthy units fail, or take their worker down alone, while there is chaos.
    let chaosFails: Bool
    /// Whether the job is cancelled, broken or refused while there is chaos.
    let mayEndEarly: Bool
    /// Snapshots go through JSON; costly, so only in some worlds.
    let usesJSON: Bool

    init(using random: inout SeededRandom) {
        units = UInt64(2 + random.below(29))
        isCountKnown = random.once(in: 2)
        var policy = LedgerPolicy()
        policy.retries = random.below(4)
        policy.crashRetries = random.below(3)
        policy.timeoutRetries = random.below(3)
        policy.memoryRetries = random.below(3)
        if random.once(in: 4) { policy.onFailure = .skip }
        if !random.once(in: 4) { policy.fragmentSize = UInt64(1 + random.below(12)) }
        if random.once(in: 2) { policy.window = 1 + random.below(6) }
        policy.backups = random.once(in: 2)
        mayEndEarly = random.once(in: 10)
        if !mayEndEarly { policy.refusalLimit = .seconds(1_000_000) }
        self.policy = policy
        switch random.below(5) {
        case 0: poison = .fails
        case 1: poison = .kills
        default: poison = .none
        }
        poisonUnit = UInt64(random.below(Int(units)))
        chaos = random.below(90)
        faultRate = 2 + random.below(10)
        isQueueShared = random.once(in: 3)
        answersPartly = random.once(in: 2)
        chaosFails = random.once(in: 2)
        usesJSON = random.once(in: 40)
    }
}
