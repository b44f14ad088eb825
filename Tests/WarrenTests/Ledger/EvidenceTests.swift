import AMQP
import Testing
import Warren

/// A fragment is published again on evidence, never out of impatience.
@Suite struct EvidenceTests {
    @Test func silenceAloneRepublishesNothingHoweverLong() {
        var desk = Desk(units: 4, size: 1, window: 4)
        #expect(desk.wait(.seconds(7200)).published.isEmpty)
        #expect(desk.ledger.counters.republished == 0)
    }

    @Test func silenceOfUnknownQueueIsNoEvidence() {
        var desk = Desk(units: 4, size: 1, window: 4)
        desk.done(3..<4)
        desk.tell(.queue(nil))
        #expect(desk.wait(.seconds(7200)).published.isEmpty)
    }

    @Test func fragmentThatAWorkerHoldsHasNotVanishedHoweverLongItTakes() {
        var desk = Desk(units: 2, size: 1, window: 2, ready: 0)
        for _ in 0..<1000 {
            #expect(desk.wait(.seconds(5)).published.isEmpty)
            desk.tell(.held([0..<1, 1..<2, 7..<9]))
        }
    }

    @Test func unconfirmedPublicationIsTheBrokersBusinessNotTheWorkers() {
        var desk = Desk(units: 1, ready: 0, confirms: false)
        #expect(desk.wait(.seconds(600)).published.isEmpty)
    }

    @Test func fragmentVanishesAfterThreeRoundsWhileTheQueueIsEmpty() {
        var desk = Desk(units: 2, size: 1, window: 2, ready: 0)
        #expect(desk.wait(.seconds(12)).published.isEmpty)
        desk.tell(.held([1..<2]))
        let actions = desk.wait(.seconds(4))
        #expect(actions.published == [0..<1])
        #expect(actions.notices == [.vanished(0..<1)])
        #expect(actions.orders.first?.attempt == 1)
        #expect(desk.ledger.counters.republished == 1)
    }

    @Test func fragmentVanishesIfSomethingPublishedLaterWasAnsweredAlthoughTheQueueIsFull() {
        var desk = Desk(units: 3, size: 1, window: 3)
        desk.done(1..<2)
        #expect(desk.wait(.seconds(16)).published == [0..<1])
    }

    @Test func timeInAFullQueueIsNoEvidence() {
        var desk = Desk(units: 1, ready: 10)
        desk.wait(.seconds(600))
        // Now a worker has been given it, and reports it within five seconds.
        desk.tell(.queue(.init(ready: 0, consumers: 1)))
        #expect(desk.wait(.seconds(14)).published.isEmpty)
        #expect(desk.wait(.seconds(6)).published == [0..<1])
    }

    @Test func oneReportStartsTheRoundsAgain() {
        var desk = Desk(units: 1, ready: 0)
        desk.wait(.seconds(14))
        desk.tell(.held([0..<1]))
        #expect(desk.wait(.seconds(15)).published.isEmpty)
        #expect(desk.wait(.seconds(5)).published == [0..<1])
    }

    @Test func answerToAnEarlierPublicationSaysNothingAboutLaterOnes() {
        var desk = Desk(units: 2, size: 1, window: 2)
        // 0 is published once more after 1; the answer that comes is to its first publication.
        desk.settle(0..<1, .lost)
        desk.done(0..<1)
        #expect(desk.wait(.seconds(60)).published.isEmpty)
    }

    @Test func lateSuccessOfAnEarlierAttemptSaysNothingAboutLaterOnes() {
        var desk = Desk(units: 2, size: 1, window: 2)
        desk.fails(0..<1)
        desk.wait(.seconds(1))
        desk.done(0..<1, attempt: 1)
        #expect(desk.wait(.seconds(60)).published.isEmpty)
    }

    @Test func publicationThatMayBeLostIsRepeatedAtOnceAsTheSameAttempt() {
        var desk = Desk(units: 1, confirms: false)
        let orders = desk.settle(0..<1, .lost).orders
        #expect(orders.map(\.range) == [0..<1])
        #expect(orders.first?.attempt == 1)
        #expect(desk.ledger.counters.republished == 1)
        #expect(desk.ledger.counters.attempts == 1)
    }

    @Test(arguments: [true, false])
    func backPressureIsNoFailureAndIsWaitedOut(isNack: Bool) {
        var desk = Desk(units: 1, confirms: false) { $0.retries = 0 }
        for _ in 0..<50 {
            #expect(desk.settle(0..<1, isNack ? .nacked : .returned).published.isEmpty)
            let orders = desk.wait(.seconds(1)).orders
            #expect(orders.map(\.range) == [0..<1])
            #expect(orders.first?.attempt == 1)
        }
        #expect(desk.ledger.counters.retried == 0)
        #expect(desk.done(0..<1).isFinished)
    }

    @Test func whatWaitsForAFullQueueCountsAgainstTheWindow() {
        var desk = Desk(units: 10, size: 1, window: 2, confirms: false)
        #expect(desk.settle(0..<1, .nacked).taken.isEmpty)
        #expect(desk.ledger.fragmentsOut == 2)
    }

    @Test func outcomeOfAnEarlierPublicationChangesNothing() {
        var desk = Desk(units: 1, ready: 0, confirms: false)
        desk.settle(0..<1, .lost)
        #expect(desk.tell(.unsettled(0..<1, sequence: 1, .lost)).isEmpty)
        #expect(desk.tell(.unsettled(0..<1, sequence: 1, .nacked)).isEmpty)
        // Nor does its confirm make the later one confirmed.
        desk.tell(.confirmed(0..<1, sequence: 1))
        #expect(desk.wait(.seconds(60)).published.isEmpty)
        desk.tell(.confirmed(0..<1, sequence: 2))
        #expect(desk.wait(.seconds(20)).published == [0..<1])
    }

    @Test func newReplyQueueMeansThatEverythingOutIsPublishedAgain() {
        var desk = Desk(units: 3, size: 1, window: 3)
        desk.done(1..<2)
        #expect(desk.tell(.reconnected).published == [0..<1, 2..<3])
        #expect(desk.ledger.counters.republished == 2)
    }

    @Test func newReplyQueueLeavesBackoffsAndWaitingHalvesAlone() {
        var desk = Desk(units: 5, size: 4, window: 2) { $0.retries = 0 }
        desk.fails(0..<4)
        desk.settle(4..<5, .nacked)
        #expect(desk.tell(.reconnected).published == [0..<2])
    }

    @Test func lateTickClosesJustOneRound() {
        var desk = Desk(units: 1, ready: 0)
        #expect(desk.sleep(.seconds(3600)).published.isEmpty)
        #expect(desk.sleep(.seconds(3600)).published.isEmpty)
        #expect(desk.sleep(.seconds(3600)).published == [0..<1])
    }

    @Test func whatHasArrivedIsHandledBeforeWhatIsDue() {
        // The process slept through backoff, round and all; what it reads first is the answer.
        var desk = Desk(units: 1, ready: 0)
        desk.fails(0..<1)
        desk.now = desk.now + .seconds(3600)
        let actions = desk.done(0..<1, attempt: 1)
        #expect(actions.published.isEmpty && actions.isFinished)
    }

    @Test func reportThatArrivedIsHandledBeforeTheRoundThatIsDue() {
        var desk = Desk(units: 1, ready: 0)
        desk.wait(.seconds(11))
        desk.now = desk.now + .seconds(3600)
        #expect(desk.tell(.held([0..<1])).published.isEmpty)
        #expect(desk.wait(.seconds(14)).published.isEmpty)
    }
}
