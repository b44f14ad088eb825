import AMQP
import Testing
import Warren

/// Cancellation, farewell and deadlines.
@Suite struct EndingTests {
    @Test func cancelledJobEndsOnceNothingIsOut() {
        var desk = Desk(units: 100, size: 1, window: 3)
        let actions = desk.tell(.cancelled)
        #expect(actions.isCancelling && actions.failure == nil)
        #expect(desk.reply(0..<1, .dropped).dropped == [0..<1])
        // One that was done just before counts no more.
        let late = desk.done(1..<2)
        #expect(late.folded.isEmpty && late.dropped == [1..<2])
        #expect(desk.reply(2..<3, .dropped).failure?.code == .cancelled)
    }

    @Test func cancelledJobPublishesAndTakesNothingMore() {
        var desk = Desk(units: 100, size: 1, window: 3)
        desk.fails(0..<1)
        #expect(desk.tell(.cancelled).dropped == [0..<1])
        #expect(desk.settle(1..<2, .lost).dropped == [1..<2])
        #expect(desk.tell(.reconnected).dropped == [2..<3])
        #expect(desk.ledger.isEnded)
        #expect(desk.orders.count == 3)
    }

    @Test func whatTheSourceHandsOutAfterTheEndIsDropped() {
        var ledger = Ledger(policy: LedgerPolicy(), unitCount: 10)
        let now = Instant(nanoseconds: 0)
        #expect(ledger.handle(.began, at: now).taken == [1])
        #expect(ledger.handle(.took(0..<1), at: now).taken == [1])
        #expect(ledger.handle(.cancelled, at: now).failure == nil)
        #expect(ledger.handle(.took(1..<2), at: now).dropped == [1..<2])
    }

    @Test func cancelledJobDoesNotWaitForWorkersThatAreNotThere() {
        var desk = Desk(units: 100, size: 1, slots: 0)
        #expect(desk.tell(.cancelled).failure?.code == .cancelled)
    }

    @Test func cancelledJobEndsWhenItsLastWorkerLeaves() {
        var desk = Desk(units: 100, size: 1, slots: 1)
        #expect(desk.tell(.cancelled).failure == nil)
        #expect(desk.tell(.queue(.init(ready: 2, consumers: 0))).failure?.code == .cancelled)
    }

    @Test func cancelledJobEndsEvenWhileTheBrokerIsAway() {
        var desk = Desk(units: 100, size: 1)
        desk.tell(.queue(nil))
        #expect(desk.tell(.cancelled).failure == nil)
        #expect(desk.wait(.seconds(31)).failure?.code == .cancelled)
    }

    @Test func brokenJobWaitsForItsFarewellAndNoLonger() {
        var desk = Desk(units: 100, size: 1)
        #expect(desk.tell(.broke("the disk is full")).isCancelling)
        #expect(desk.ledger.nextDeadline == desk.now + .seconds(3))
        #expect(desk.wait(.milliseconds(2999)).failure == nil)
        #expect(desk.wait(.milliseconds(1)).failure?.message == "the disk is full")
    }

    @Test func theFirstReasonToEndIsTheOneThatIsTold() {
        var desk = Desk(units: 100, size: 1)
        desk.tell(.broke("first"))
        desk.tell(.cancelled)
        desk.tell(.broke("second"))
        #expect(desk.wait(.seconds(3)).failure?.message == "first")
    }

    @Test func nothingHappensAfterTheEnd() {
        var desk = Desk(units: 1)
        #expect(desk.done(0..<1).isFinished)
        let events: [LedgerEvent] = [
            .tick, .reconnected, .cancelled, .broke("late"), .began, .exhausted, .took(5..<6),
        ]
        for event in events { #expect(desk.tell(event).isEmpty) }
        #expect(desk.ledger.nextDeadline == nil)
        #expect(desk.ledger.counters.units == 1)
    }

    @Test func theNextDeadlineIsTheEarliestThingThatIsDue() {
        var desk = Desk(units: 2, size: 1, window: 2)
        let start = desk.now
        #expect(desk.ledger.nextDeadline == start + .seconds(5))
        desk.fails(0..<1)
        #expect(desk.ledger.nextDeadline == start + .milliseconds(100))
        desk.settle(1..<2, .nacked)
        #expect(desk.ledger.nextDeadline == start + .milliseconds(100))
        desk.now = start + .milliseconds(100)
        #expect(desk.tell(.tick).published == [0..<1])
        #expect(desk.ledger.nextDeadline == start + .milliseconds(500))
    }

    @Test func aDeadlineThatPassedIsNotWantedAgain() throws {
        var desk = Desk(units: 1)
        for _ in 0..<20 {
            let deadline = try #require(desk.ledger.nextDeadline)
            #expect(deadline > desk.now)
            desk.now = deadline
            desk.tell(.tick)
        }
    }
}
