import AMQP
import Testing
import Warren

/// How large fragments are, and how many are out.
@Suite struct SizingTests {
    /// The sizes asked for while slots of one speed work a job off, first in, first out.
    private func sizes(of units: UInt64, secondsPerUnit: Double, slots: Int, known: Bool = true) throws
        -> [UInt64]
    {
        var ledger = Ledger(policy: LedgerPolicy(), unitCount: known ? units : nil)
        let now = Instant(nanoseconds: 0)
        var cursor: UInt64 = 0
        var sizes: [UInt64] = []
        var queue: [UnitRange] = []
        var actions = ledger.handle(.began, at: now)
        actions += ledger.handle(.queue(.init(ready: 0, consumers: slots)), at: now)
        while !ledger.isEnded {
            while let size = actions.taken.first {
                sizes.append(size)
                let range = cursor..<min(cursor + size, units)
                cursor = range.upperBound
                actions = ledger.handle(range.isEmpty ? .exhausted : .took(range), at: now)
                queue += actions.published
            }
            guard !queue.isEmpty else { break }
            let range = queue.removeFirst()
            let seconds = Double(range.unitCount) * secondsPerUnit
            actions = ledger.handle(
                .replied(range, .init(attempt: 1, worker: "tiger@a", outcome: .done(seconds: seconds))),
                at: now
            )
            try #require(sizes.count < 100_000)
        }
        #expect(ledger.isEnded && ledger.counters.units == units)
        return sizes
    }

    @Test func fragmentsGrowToTheTargetTime() throws {
        // A microsecond each: a quarter of a second is 250,000 units.
        let sizes = try sizes(of: 100_000_000, secondsPerUnit: 1e-6, slots: 2)
        #expect(sizes.first == 1)
        let largest = try #require(sizes.max())
        #expect((225_000...250_001).contains(largest))
    }

    @Test func growthIsBoundedByWhatWasMeasured() throws {
        var largest: UInt64 = 1
        for size in try sizes(of: 10_000_000, secondsPerUnit: 1e-6, slots: 1) {
            #expect(size <= 8 * largest)
            largest = max(largest, size)
        }
    }

    @Test func fragmentsShrinkTowardsTheEndSoThatAllSlotsFinishTogether() throws {
        let units: UInt64 = 10_000_000
        let sizes = try sizes(of: units, secondsPerUnit: 1e-6, slots: 4).filter { $0 > 0 }
        // Nothing smaller than a sixteenth of the target is worth a message.
        let least: UInt64 = 15_625
        var remaining = units
        for size in sizes where remaining > 0 {
            #expect(size <= max(remaining / 8, least) || size <= 64)
            remaining -= min(size, remaining)
        }
    }

    @Test func unknownNumberOfUnitsIsNoObstacle() throws {
        let sizes = try sizes(of: 10_000_000, secondsPerUnit: 1e-6, slots: 4, known: false)
        #expect((sizes.max() ?? 0) >= 225_000)
    }

    @Test func slowUnitsTravelOneByOne() throws {
        #expect(try sizes(of: 40, secondsPerUnit: 30, slots: 4).allSatisfy { $0 == 1 })
    }

    @Test func grainIsTheSmallestFragment() {
        var ledger = Ledger(policy: LedgerPolicy(), unitCount: 1 << 30, grain: 65_536)
        #expect(ledger.handle(.began, at: Instant(nanoseconds: 0)).taken == [65_536])
    }

    @Test func requesterMayOverrideTheSize() {
        var desk = Desk(units: 1000, size: 7, window: 1)
        #expect(desk.done(0..<7, seconds: 1e-6).taken == [7])
        #expect(desk.done(7..<14, seconds: 100).taken == [7])
    }

    @Test func windowKeepsEverySlotBusyAndTheNextFragmentAtItsWorker() {
        #expect(Desk(units: 1000, size: 1, slots: 1).ledger.fragmentsOut == 2)
        #expect(Desk(units: 1000, size: 1, slots: 8).ledger.fragmentsOut == 16)
    }

    @Test func windowFollowsTheSlotsThatComeAndGo() {
        var desk = Desk(units: 1000, size: 1, slots: 2)
        desk.tell(.queue(.init(ready: 0, consumers: 10)))
        #expect(desk.ledger.fragmentsOut == 20)
        // What is out stays out, but nothing is added.
        #expect(desk.tell(.queue(.init(ready: 0, consumers: 1))).published.isEmpty)
        #expect(desk.done(0..<1).taken.isEmpty)
    }

    @Test func withoutAWorkerSomethingIsOutAllTheSame() {
        #expect(Desk(units: 1000, size: 1, slots: 0).ledger.fragmentsOut == 2)
    }

    @Test(arguments: [1, 5, 40])
    func requesterMayOverrideTheWindow(window: Int) {
        #expect(Desk(units: 1000, size: 1, window: window, slots: 3).ledger.fragmentsOut == window)
    }

    @Test(arguments: [0, -7])
    func windowOfNothingStillMovesTheJobOn(window: Int) {
        #expect(Desk(units: 10, size: 1, window: window).ledger.fragmentsOut == 1)
    }

    @Test func tinyFragmentsGetAWiderButBoundedWindow() {
        var desk = Desk(units: 100_000, size: 1, slots: 2)
        for unit in 0..<200 as Range<UInt64> {
            desk.now = desk.now + .milliseconds(1)
            desk.done(unit..<unit + 1, seconds: 1e-6)
        }
        #expect(desk.ledger.fragmentsOut > 4)
        #expect(desk.ledger.fragmentsOut <= 2 * 128)
    }

    @Test(arguments: [0, -1, .infinity, -.infinity, .nan, .greatestFiniteMagnitude] as [Double])
    func absurdMeasurementDoesNoHarm(seconds: Double) {
        var desk = Desk(units: 10_000)
        desk.done(0..<1, seconds: seconds)
        #expect(desk.ledger.fragmentsOut > 0)
        #expect(desk.ledger.counters.units == 1)
    }

    @Test func bookOfAHundredMillionUnitsIsNoLargerThanThatOfAHundred() {
        func largest(_ units: UInt64, size: UInt64) -> Int {
            var desk = Desk(units: units, size: size, slots: 4)
            var next: UInt64 = 0
            var most = 0
            while !desk.ledger.isEnded {
                most = max(most, desk.ledger.snapshot.out.count)
                desk.done(next..<min(next + size, units))
                next += size
            }
            return most
        }
        #expect(largest(100, size: 1) == 8)
        #expect(largest(100_000_000, size: 50_000) == 8)
    }

    @Test func largeWindowIsFilledAQuarterAtATime() {
        var desk = Desk(units: 10_000, size: 1, window: 102, slots: 1)
        #expect(desk.ledger.fragmentsOut == 102)
        var published: [Int] = []
        for unit in 0..<200 as Range<UInt64> {
            let count = desk.done(unit..<unit + 1, seconds: 1e-6).published.count
            if count > 0 { published.append(count) }
        }
        #expect(published == [25, 25, 25, 25, 25, 25, 25, 25])
    }

    @Test func smallWindowIsFilledOneByOne() {
        var desk = Desk(units: 100, size: 1, window: 5, slots: 2)
        for unit in 0..<50 as Range<UInt64> {
            let actions = desk.done(unit..<unit + 1)
            #expect(actions.published.count == 1)
        }
    }
}
