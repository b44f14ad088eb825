import Warren

/// What came out of many worlds.
struct Tally: Sendable, CustomStringConvertible {
    private(set) var worlds = 0
    private(set) var events = 0
    private(set) var finished = 0
    private(set) var failed = 0
    private(set) var failedSeeds: [UInt64] = []

    mutating func count(_ world: LedgerWorld, seed: UInt64) {
        worlds += 1
        events += world.events
        if world.violation != nil { failedSeeds.append(seed) }
        if case .finish = world.ending { finished += 1 } else { failed += 1 }
    }

    mutating func add(_ other: Tally) {
        worlds += other.worlds
        events += other.events
        finished += other.finished
        failed += other.failed
        failedSeeds += other.failedSeeds
    }

    var description: String {
        "\(worlds) worlds, \(events) events: \(finished) finished, \(failed) failed as they should"
    }
}
