import Warren

/// What is played: jobs of every shape on two slots, on hundreds and on thousands.
extension Scenario {
    package static var all: [Scenario] { shapes + crowds + mapReduce }

    /// Costs of every shape, on few slots.
    package static var shapes: [Scenario] {
        let costs: [(String, UInt64, CostModel)] = [
            ("equal-1us", 10_000_000, .equal(1e-6)),
            ("equal-1ms", 20_000, .equal(1e-3)),
            ("equal-10ms", 1000, .equal(10e-3)),
            ("equal-1s", 50, .equal(1)),
            ("rising", 20_000, .ramp(from: 20e-6, to: 2e-3)),
            ("falling", 20_000, .ramp(from: 2e-3, to: 20e-6)),
            ("log-normal", 20_000, .logNormal(median: 0.15e-3, sigma: 2)),
            ("giants", 20_000, .giants(base: 0.1e-3, share: 0.01, factor: 1000)),
        ]
        return costs.flatMap { name, units, cost in
            [2, 16].map { Scenario("\(name)-\($0)", units: units * UInt64($0) / 2, cost: cost, workers: $0) }
        }
    }

    /// Thousands of slots.
    package static var crowds: [Scenario] {
        var calm = Scenario(
            "crowd",
            units: 100_000_000,
            cost: .logNormal(median: 1.4e-3, sigma: 2),
            workers: 1250
        )
        calm.slotsPerWorker = 8
        calm.policy.backups = true
        var dying = calm
        dying.name = "crowd-dying"
        dying.deaths = (0.1, 0, 0.95)
        var lame = calm
        lame.name = "crowd-stragglers"
        lame.stragglers = (0.02, 10)
        var alone = lame
        alone.name = "crowd-stragglers-no-backups"
        alone.policy.backups = false
        return [calm, dying, lame, alone]
    }

    /// The sort of the MapReduce paper (Dean and Ghemawat, 2004): 1,746 workers, 15,000 map tasks; 200 workers are
    /// killed several minutes into the job.
    package static var mapReduce: [Scenario] {
        var calm = Scenario("mapreduce", units: 15_000, cost: .equal(100), workers: 1746)
        calm.policy.fragmentSize = 1
        var killed = calm
        killed.name = "mapreduce-200-killed"
        killed.deaths = (200.5 / 1746, 0.4, 0.4)
        var lame = calm
        lame.name = "mapreduce-stragglers"
        lame.stragglers = (0.02, 5)
        var backedUp = lame
        backedUp.name = "mapreduce-stragglers-backups"
        backedUp.policy.backups = true
        return [calm, killed, lame, backedUp]
    }
}
