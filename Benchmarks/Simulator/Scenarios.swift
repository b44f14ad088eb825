import Warren
import WarrenJobs

/// What is played: jobs of every shape on two slots, on hundreds and on thousands.
extension Scenario {
    package static var all: [Scenario] { shapes + crowds + mapReduce }

    /// Costs of every shape, on few slots.
    package static var shapes: [Scenario] {
        let costs: [(String, UInt64, Double, CostShape)] = [
            ("equal-1us", 10_000_000, 1e-6, .equal),
            ("equal-1ms", 20_000, 1e-3, .equal),
            ("equal-10ms", 1000, 10e-3, .equal),
            ("equal-1s", 50, 1, .equal),
            ("rising", 20_000, 1e-3, .rising),
            ("falling", 20_000, 1e-3, .falling),
            ("log-normal", 20_000, 1e-3, .logNormal),
            ("giants", 20_000, 1e-3, .giants),
        ]
        return costs.flatMap { name, units, cost, shape in
            [2, 16].map {
                Scenario("\(name)-\($0)", units: units * UInt64($0) / 2, cost: cost, shape, workers: $0)
            }
        }
    }

    /// Thousands of slots.
    package static var crowds: [Scenario] {
        var calm = Scenario(
            "crowd",
            units: 100_000_000,
            cost: 10e-3,
            .rising,
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
        var uneven = calm
        uneven.name = "crowd-log-normal"
        uneven.shape = .logNormal
        return [calm, dying, uneven, lame, alone]
    }

    /// The sort of the MapReduce paper (Dean and Ghemawat, 2004): 1,746 workers, 15,000 map tasks; 200 workers are
    /// killed several minutes into the job.
    package static var mapReduce: [Scenario] {
        var calm = Scenario("mapreduce", units: 15_000, cost: 100, workers: 1746)
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
