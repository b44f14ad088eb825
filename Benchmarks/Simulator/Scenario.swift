package import Warren
package import WarrenJobs

/// A job and the workers that do it, as the simulator plays them.
package struct Scenario: Sendable {
    package var name: String
    package var seed: UInt64 = 1
    package var units: UInt64
    /// What a unit costs on a slot of speed 1, in seconds, and how that differs.
    package var cost: Double
    package var shape: CostShape
    package var workers: Int
    package var slotsPerWorker = 1
    package var policy = LedgerPolicy()
    /// Whether the source knows how many units there are.
    package var isCountKnown = true
    /// From the requester to the queue, from there to the worker, and back to the requester: seconds each.
    package var hop = 0.0004
    /// What the requester does for an answer, and for each fragment that it sends, in seconds.
    package var answerCost = 30e-6
    package var publishCost = 20e-6
    /// The share of the workers that are slower, and how many times.
    package var stragglers = (share: 0.0, factor: 1.0)
    /// Workers that die, at a random moment of this span of the ideal time; nobody comes in their place.
    package var deaths = (share: 0.0, from: 0.0, to: 1.0)

    package init(
        _ name: String,
        units: UInt64,
        cost: Double,
        _ shape: CostShape = .equal,
        workers: Int
    ) {
        self.name = name
        self.units = units
        self.cost = cost
        self.shape = shape
        self.workers = workers
    }

    /// What a run of units costs.
    func seconds(of range: Range<UInt64>) -> Double { cost * shape.factors(of: range, in: units) }
}
