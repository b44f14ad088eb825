import Foundation
import Testing

/// Random event orders by the hundred thousand. `WARREN_SEED` repeats a run, `WARREN_ORDERS` sets its length.
@Suite struct LedgerOrdersTests {
    /// What a debug build does in well under a minute; `make test` asks the release build for a million.
    private static let usualOrders = 20_000

    @Test func everyUnitCountsOnceWhateverHappensInWhateverOrder() async {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["WARREN_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1 << 32)
        let orders = environment["WARREN_ORDERS"].flatMap { Int($0) } ?? Self.usualOrders
        print("ledger: \(orders) random event orders, WARREN_SEED=\(seed)")
        let lanes = ProcessInfo.processInfo.activeProcessorCount
        let total = await withTaskGroup(of: Tally.self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    Self.run(stride(from: lane, to: orders, by: lanes).lazy.map { seed &+ UInt64($0) })
                }
            }
            return await group.reduce(into: Tally()) { $0.add($1) }
        }
        print("ledger: \(total)")
        for failed in total.failedSeeds.sorted().prefix(1) { report(seed: failed) }
        // A world in which nothing ends well, or nothing ends badly, would prove nothing.
        #expect(orders < 1000 || (total.finished > orders / 4 && total.failed > orders / 20))
    }

    private static func run(_ seeds: some Sequence<UInt64>) -> Tally {
        var tally = Tally()
        for seed in seeds {
            var world = LedgerWorld(seed: seed)
            world.run()
            tally.count(world, seed: seed)
            if tally.failedSeeds.count >= 8 { break }
        }
        return tally
    }

    /// Runs a world again, with a trace.
    private func report(seed: UInt64) {
        var world = LedgerWorld(seed: seed, traced: true)
        world.run()
        let trace = (world.trace ?? []).suffix(200).joined(separator: "\n")
        Issue.record("WARREN_SEED=\(seed) WARREN_ORDERS=1: \(world.violation ?? "not repeatable")\n\(trace)")
    }
}
