import Simulator
import Testing
import Warren
import WarrenJobs

/// The ledger at work: jobs of every shape, played to their end in simulated time.
@Suite struct SimulatorTests {
    @Test(arguments: Scenario.shapes) func everyShapeIsDoneInLittleMoreThanTheIdealTime(scenario: Scenario) {
        var simulation = Simulation(scenario)
        let report = simulation.run()
        #expect(report.failure == nil)
        #expect(report.ratio < 1.05)
        #expect(report.peakOut <= 2 * report.slots)
    }

    @Test func badFirstGuessCostsNoMoreThanATargetTime() {
        // The first units are a thousandth, or a thousand times, of what the others cost.
        for shape in [CostShape.rising, .falling] {
            var simulation = Simulation(Scenario("drift", units: 50_000, cost: 1e-3, shape, workers: 4))
            let report = simulation.run()
            #expect(report.failure == nil && report.makespan - report.ideal < 0.25)
        }
    }

    @Test func aThousandSlotsKeepOneRequesterNoBusierThanItCanBe() {
        var scenario = Scenario("crowd", units: 10_000_000, cost: 10e-3, .rising, workers: 125)
        scenario.slotsPerWorker = 8
        scenario.deaths = (0.1, 0, 0.95)
        var simulation = Simulation(scenario)
        let report = simulation.run()
        #expect(report.failure == nil && report.redelivered > 0)
        #expect(report.ratio < 1.05)
        #expect(report.answersPerSecond < 2500)
    }

    @Test func backupsSaveAJobFromItsStragglers() {
        var scenario = Scenario("stragglers", units: 4000, cost: 0.1, workers: 20)
        scenario.stragglers = (0.1, 50)
        var alone = Simulation(scenario)
        let without = alone.run()
        scenario.policy.backups = true
        var helped = Simulation(scenario)
        let with = helped.run()
        #expect(with.failure == nil && without.failure == nil)
        #expect(with.backups > 0 && with.backupsWon > 0 && without.backups == 0)
        #expect(with.ratio < without.ratio)
    }

    @Test func sameSeedPlaysTheSameGame() {
        var scenario = Scenario("seeded", units: 2000, cost: 5e-3, .logNormal, workers: 8)
        scenario.deaths = (0.5, 0, 0.9)
        scenario.seed = 7
        var (one, other) = (Simulation(scenario), Simulation(scenario))
        let (first, second) = (one.run(), other.run())
        #expect(first.makespan == second.makespan && first.fragments == second.fragments)
        scenario.seed = 8
        var another = Simulation(scenario)
        #expect(another.run().makespan != first.makespan)
    }

    @Test func pictureShowsTheSlots() {
        var simulation = Simulation(Scenario("picture", units: 100, cost: 0.1, workers: 2))
        let report = simulation.run()
        let picture = BusyChart.svg(report)
        #expect(picture.hasPrefix("<svg") && picture.contains("picture: 2 slots"))
        #expect(report.busy.reduce(0, +) / Double(report.busy.count) > 1.8)
    }
}
