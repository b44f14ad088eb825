import AMQP
import Testing
import Warren

/// Failures, poison and refusals.
@Suite struct FailureTests {
    @Test func failureIsTriedAgainWithBackoffThatDoublesUpToALimit() throws {
        var desk = Desk(units: 1) { policy in
            policy.retries = 10
            policy.longestBackoff = .seconds(1)
        }
        var delays: [Duration] = []
        for _ in 0..<6 {
            let before = desk.now
            #expect(desk.fails(0..<1).published.isEmpty)
            let due = try #require(desk.ledger.nextDeadline)
            delays.append(due - before)
            desk.now = due
            #expect(desk.tell(.tick).published == [0..<1])
        }
        #expect(delays == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
    }

    @Test func finalFailureEndsTheJobWithItsReason() {
        var desk = Desk(units: 2, size: 1, window: 2)
        let actions = desk.reply(0..<1, .failed(.init(.input, "a.txt has changed")))
        #expect(actions.dropped == [0..<1])
        #expect(actions.isCancelling && actions.failure == nil)
        #expect(desk.reply(1..<2, .dropped).failure?.message == "a.txt has changed")
    }

    @Test func suspectIsPublishedAfreshAloneAndIsNobodysFailure() {
        var desk = Desk(units: 2, size: 2) { $0.retries = 0 }
        let actions = desk.reply(0..<2, .suspect)
        #expect(actions.orders.map(\.isAlone) == [true])
        #expect(actions.orders.map(\.attempt) == [2])
        #expect(actions.notices == [.runningAlone(0..<2)])
        #expect(desk.ledger.counters.retried == 0)
        #expect(desk.done(0..<2).isFinished)
    }

    @Test func suspectsRunAloneOneAfterTheOtherLestTheyBlameEachOther() {
        var desk = Desk(units: 4, size: 1, window: 3)
        #expect(desk.reply(0..<1, .suspect).published == [0..<1])
        #expect(desk.reply(1..<2, .suspect).published.isEmpty)
        #expect(desk.reply(2..<3, .suspect).published.isEmpty)
        // Those that wait count against the window, and are nobody's to publish for another reason.
        #expect(desk.ledger.fragmentsOut == 3)
        #expect(desk.tell(.reconnected).published == [0..<1])
        #expect(desk.wait(.seconds(60)).published.contains(1..<2) == false)
        #expect(desk.reply(0..<1, .diedAlone).published == [1..<2])
        #expect(desk.done(1..<2).published.contains(2..<3))
        #expect(desk.done(2..<3).published == [0..<1])
    }

    @Test func fragmentThatTookItsWorkerDownAloneGetsOneMoreChance() {
        var desk = Desk(units: 2, size: 2)
        desk.reply(0..<2, .suspect)
        let actions = desk.reply(0..<2, .diedAlone)
        #expect(actions.orders.map(\.isAlone) == [true])
        #expect(actions.orders.map(\.attempt) == [3])
        #expect(desk.reply(0..<2, .diedAlone).contains(.split(0..<2, at: 1)))
    }

    @Test func unitThatKillsIsNamed() {
        var desk = Desk(units: 1)
        desk.reply(0..<1, .suspect)
        desk.reply(0..<1, .diedAlone)
        let failure = desk.reply(0..<1, .diedAlone).failure
        let expected = "unit 0 failed for good, last on tiger@a: it took its worker down 2 times"
        #expect(failure?.message.hasPrefix(expected) == true)
    }

    @Test func halvesOfWhatKilledRunAloneSoThatTheyTakeNoNeighboursAlong() {
        var desk = Desk(units: 4, size: 4, window: 4)
        desk.reply(0..<4, .suspect)
        desk.reply(0..<4, .diedAlone)
        // One after the other, lest they blame each other.
        let first = desk.reply(0..<4, .diedAlone).orders
        #expect(first.map(\.range) == [0..<2] && first.map(\.isAlone) == [true])
        // One more death is enough to halve again, but the unit itself gets the whole budget.
        #expect(desk.reply(0..<2, .diedAlone).contains(.split(0..<2, at: 1)))
        #expect(desk.reply(0..<1, .diedAlone).published == [1..<2])
        #expect(desk.done(1..<2).published == [2..<4])
        #expect(desk.done(2..<4).published == [0..<1])
        #expect(desk.reply(0..<1, .diedAlone).failure?.message.hasPrefix("unit 0 failed") == true)
    }

    @Test func fragmentDroppedWithoutOurDoingIsNotLostNorHammered() {
        var desk = Desk(units: 1) { $0.retries = 0 }
        for _ in 0..<20 {
            #expect(desk.reply(0..<1, .dropped).published.isEmpty)
            #expect(desk.wait(.seconds(1)).published == [0..<1])
        }
        #expect(desk.done(0..<1).isFinished)
    }

    @Test func refusedFragmentIsOfferedAgainUntilTheLimit() {
        var desk = Desk(units: 1) { $0.refusalLimit = .seconds(10) }
        desk.tell(.present(worker: "owl@b", runsJob: true))
        #expect(
            desk.reply(0..<1, .refused("no such kind")).notices == [
                .refused(0..<1, worker: "tiger@a", reason: "no such kind")
            ]
        )
        var failure: WarrenError?
        var offers = 0
        while failure == nil, offers < 100 {
            offers += desk.wait(.seconds(1)).published.count
            failure = desk.reply(0..<1, .refused("no such kind")).failure
        }
        #expect(offers == 10)
        #expect(failure?.message == "no worker runs it: tiger@a no such kind")
    }

    @Test func jobThatEveryWorkerHeardFromRefusesNeedNotWaitThatLong() {
        var desk = Desk(units: 1)
        #expect(desk.reply(0..<1, .refused("no such kind")).contains(.rollCall))
        desk.tell(.present(worker: "owl@b", runsJob: false))
        #expect(desk.wait(.seconds(1)).published == [0..<1])
        #expect(desk.reply(0..<1, .refused("no such kind"), worker: "owl@b").failure == nil)
        #expect(desk.wait(.seconds(1)).published == [0..<1])
        let failure = desk.reply(0..<1, .refused("no such kind")).failure
        #expect(failure?.message == "no worker runs it: owl@b no such kind; tiger@a no such kind")
    }

    @Test(arguments: [
        (AttemptFailure.Cause.error, 3), (.crash, 2), (.timeout, 1), (.memory, 1), (.oversize, 0),
    ])
    func eachCauseOfFailureHasALimitOfItsOwn(cause: AttemptFailure.Cause, retries: Int) {
        var desk = Desk(units: 1)
        for _ in 0..<retries {
            #expect(desk.reply(0..<1, .failed(.init(cause, "boom"))).failure == nil)
            #expect(desk.wait(.seconds(10)).published == [0..<1])
        }
        let failure = desk.reply(0..<1, .failed(.init(cause, "boom"))).failure
        #expect(failure?.message.hasPrefix("unit 0 failed for good, last on tiger@a: boom") == true)
    }

    @Test func failureNamesWhatWentBeforeIt() throws {
        var desk = Desk(units: 1) { $0.retries = 1 }
        desk.reply(0..<1, .failed(.init(.crash, "signal 11")), worker: "owl@b")
        desk.wait(.seconds(1))
        desk.fails(0..<1)
        desk.wait(.seconds(2))
        let message = try #require(desk.fails(0..<1).failure?.message)
        #expect(message.contains("last on tiger@a: boom\n"))
        #expect(message.contains("crash on owl@b: signal 11"))
    }

    @Test func unitThatFailsForGoodIsSkippedIfTheRequesterWantsThat() {
        var desk = Desk(units: 3, size: 1, window: 3) { policy in
            policy.retries = 0
            policy.onFailure = .skip
        }
        let actions = desk.fails(1..<2)
        #expect(
            actions.contains { if case .skip(1..<2, let why) = $0 { why.contains("boom") } else { false } }
        )
        #expect(desk.done(0..<1).failure == nil)
        #expect(desk.done(2..<3).isFinished)
        #expect(desk.ledger.counters.skipped == 1 && desk.ledger.counters.units == 2)
    }

    @Test func refusalsCountOnlyWhileNobodyRunsTheJob() {
        // Some workers know the kind, others do not; the latter answer faster, that is all.
        var desk = Desk(units: 100, size: 1, window: 2) { $0.refusalLimit = .seconds(10) }
        for unit in 1..<60 as Range<UInt64> {
            #expect(desk.reply(0..<1, .refused("no such kind")).failure == nil)
            desk.wait(.seconds(1))
            #expect(desk.done(unit..<unit + 1).folded == [unit..<unit + 1])
        }
        #expect(desk.ledger.fragmentsOut == 2)
    }

    @Test func refusalCostsNoRetry() {
        var desk = Desk(units: 1) { $0.retries = 0 }
        desk.reply(0..<1, .refused("starting"))
        desk.wait(.seconds(1))
        #expect(desk.ledger.counters.retried == 0)
        #expect(desk.done(0..<1).isFinished)
    }

    @Test func whatIsYieldedIsPublishedAtOnceAndCostsNoAttempt() {
        var desk = Desk(units: 2, size: 1, window: 2)
        let actions = desk.reply(0..<1, .yielded)
        #expect(actions.orders.map(\.range) == [0..<1] && actions.orders.first?.attempt == 1)
        #expect(desk.ledger.counters.yielded == 1 && desk.ledger.counters.attempts == 2)
        desk.done(0..<1)
        // Too late: it is not out any more.
        #expect(desk.reply(0..<1, .yielded).published.isEmpty)
        #expect(desk.ledger.counters.yielded == 1 && desk.ledger.counters.duplicatesDropped == 1)
    }
}
