import Testing
import Warren

/// One bad unit never takes its neighbours along.
@Suite struct HalvingTests {
    @Test(arguments: 0..<13 as Range<UInt64>)
    func halvingIsolatesTheBadUnit(bad: UInt64) throws {
        var desk = Desk(units: 13, size: 13)
        var work = desk.orders.keys.map(\.self)
        var folded: Set<UInt64> = []
        var failure: WarrenError?
        var rounds = 0
        while let range = work.popLast(), failure == nil {
            rounds += 1
            try #require(rounds < 100)
            var actions = range.contains(bad) ? desk.fails(range) : desk.done(range)
            actions += desk.wait(.seconds(1))
            failure = actions.failure
            for range in actions.folded { folded.formUnion(range) }
            // The bad unit last, so that all its neighbours are done first.
            work += actions.published
            work.sort { $0.contains(bad) && !$1.contains(bad) }
        }
        #expect(failure?.message.hasPrefix("unit \(bad) failed for good, last on tiger@a: boom") == true)
        #expect(folded == Set(0..<13).subtracting([bad]))
    }

    @Test func fragmentIsTriedAgainBeforeItIsHalved() {
        var desk = Desk(units: 4, size: 4) { $0.retries = 2 }
        for attempt in 2...3 {
            #expect(
                desk.fails(0..<4).notices == [
                    .retrying(0..<4, attempt: attempt, worker: "tiger@a", reason: "boom")
                ]
            )
            #expect(desk.wait(.seconds(1)).published == [0..<4])
        }
        let actions = desk.fails(0..<4)
        #expect(actions.contains(.split(0..<4, at: 2)))
        #expect(actions.notices == [.splitting(0..<4, worker: "tiger@a", reason: "boom")])
        #expect(desk.ledger.counters.halved == 1)
    }

    @Test func halfNeedsOneFailureOnlyButTheUnitGetsEveryTry() {
        var desk = Desk(units: 4, size: 4, window: 4) { $0.retries = 1 }
        desk.fails(0..<4)
        desk.wait(.seconds(1))
        desk.fails(0..<4)
        #expect(desk.fails(0..<2).contains(.split(0..<2, at: 1)))
        #expect(desk.fails(0..<1).failure == nil)
        desk.wait(.seconds(1))
        #expect(desk.fails(0..<1).isCancelling)
    }

    @Test func halvesStartAfreshAtAttemptOne() {
        var desk = Desk(units: 2, size: 2, window: 2) { $0.retries = 1 }
        desk.fails(0..<2)
        desk.wait(.seconds(1))
        #expect(desk.fails(0..<2).orders.allSatisfy { $0.attempt == 1 })
    }

    @Test func halvingGoesDeepBeforeItGoesWideSoThatTheBookStaysSmall() throws {
        var desk = Desk(units: 1 << 20, size: 1 << 18, window: 4) { $0.retries = 0 }
        var work = desk.orders.keys.sorted { $0.lowerBound < $1.lowerBound }
        var most = 0
        var failure: WarrenError?
        var rounds = 0
        while failure == nil {
            rounds += 1
            try #require(rounds < 1000 && !work.isEmpty)
            // Answered first in, first out, as a queue does.
            let actions = desk.fails(work.removeFirst())
            work += actions.published
            most = max(most, desk.ledger.fragmentsOut)
            if actions.isCancelling { failure = desk.wait(.seconds(10)).failure }
        }
        #expect(failure?.message.hasPrefix("unit 0 failed") == true)
        #expect(most <= 4 * (18 + 1))
    }

    @Test func jobWithABadUnitEndsAsSoonAsNothingIsOut() {
        var desk = Desk(units: 1) { $0.retries = 0 }
        #expect(desk.fails(0..<1).failure?.message.hasPrefix("unit 0 failed for good") == true)
        #expect(desk.ledger.isEnded)
    }

    @Test func halfThatWaitsIsFoldedIfItIsAnsweredNevertheless() {
        // By a worker to whom an earlier coordinator had sent it.
        var desk = Desk(units: 4, size: 4, window: 1) { $0.retries = 0 }
        #expect(desk.fails(0..<4).published == [0..<2])
        #expect(desk.done(2..<4, attempt: 1).folded == [2..<4])
        let last = desk.done(0..<2)
        #expect(last.isFinished && last.published.isEmpty)
    }
}
