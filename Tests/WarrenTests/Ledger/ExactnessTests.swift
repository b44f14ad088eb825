import Testing
import Warren

/// "Why the answer is exact", rule by rule.
@Suite struct ExactnessTests {
    @Test func everyUnitIsFoldedOnceAndTheReceiptSaysSo() {
        var desk = Desk(units: 10, size: 4, window: 3)
        #expect(desk.done(0..<4).folded == [0..<4])
        #expect(desk.done(8..<10).folded == [8..<10])
        let last = desk.done(4..<8)
        #expect(last.folded == [4..<8] && last.isFinished)
        #expect(desk.ledger.counters.units == 10)
        #expect(desk.ledger.counters.fragments == 3)
        #expect(desk.ledger.counters.attempts == 3)
        #expect(desk.ledger.counters.workers == ["tiger@a": 3])
    }

    @Test(arguments: [0..<3, 1..<4, 0..<5, 2..<3, 4..<9, 100..<104] as [UnitRange])
    func replyForARangeThatIsNotExactlyOutIsDropped(range: UnitRange) {
        var desk = Desk(units: 8, size: 4, window: 2)
        #expect(desk.done(range).isEmpty)
        #expect(desk.ledger.counters.duplicatesDropped == 1)
        #expect(desk.ledger.fragmentsOut == 2)
    }

    @Test func redeliveredFragmentIsFoldedOnce() {
        var desk = Desk(units: 8, size: 4, window: 2)
        desk.tell(.redelivered(0..<4))
        #expect(desk.done(0..<4).folded == [0..<4])
        #expect(desk.done(0..<4).isEmpty)
        #expect(desk.ledger.counters.units == 4)
        #expect(desk.ledger.counters.duplicatesDropped == 1)
        #expect(desk.ledger.counters.redelivered == 1)
    }

    @Test func successOfAnyAttemptCountsWhileTheFragmentIsOut() {
        var desk = Desk(units: 4, size: 4)
        desk.fails(0..<4)
        desk.wait(.seconds(1))
        #expect(desk.orders[0..<4]?.attempt == 2)
        #expect(desk.done(0..<4, attempt: 1).folded == [0..<4])
    }

    @Test func successCountsWhileTheFragmentIsInBackoffAndEndsTheBackoff() {
        var desk = Desk(units: 8, size: 4, window: 2)
        desk.fails(0..<4)
        #expect(desk.done(0..<4, attempt: 1).folded == [0..<4])
        #expect(desk.wait(.seconds(20)).published.contains(0..<4) == false)
    }

    @Test func failureCountsOncePerAttempt() {
        var desk = Desk(units: 4, size: 4)
        desk.fails(0..<4, attempt: 1)
        #expect(desk.fails(0..<4, attempt: 1).isEmpty)
        desk.wait(.seconds(1))
        #expect(desk.fails(0..<4, attempt: 1).isEmpty)
        #expect(desk.ledger.counters.retried == 1)
        #expect(desk.ledger.counters.duplicatesDropped == 2)
    }

    @Test(
        arguments: [
            .failed(.init(.error, "late")), .failed(.init(.input, "late")), .suspect, .diedAlone, .dropped,
            .refused("late"),
        ] as [LedgerEvent.Outcome]
    )
    func onlyTheCurrentAttemptCanFail(outcome: LedgerEvent.Outcome) {
        var desk = Desk(units: 4, size: 4)
        desk.fails(0..<4)
        desk.wait(.seconds(1))
        #expect(desk.reply(0..<4, outcome, attempt: 1).isEmpty)
        #expect(desk.reply(0..<4, outcome, attempt: 3).isEmpty)
        #expect(desk.done(0..<4).isFinished)
    }

    @Test func replyOfAHalvedParentIsDropped() {
        var desk = Desk(units: 4, size: 4, window: 2) { $0.retries = 0 }
        desk.fails(0..<4)
        #expect(desk.done(0..<4, attempt: 1).isEmpty)
        #expect(desk.done(0..<2).folded == [0..<2])
        #expect(desk.done(2..<4).isFinished)
        #expect(desk.ledger.counters.units == 4)
    }

    @Test func whatFailedForGoodStaysFailed() {
        var desk = Desk(units: 2, size: 1, window: 2) { $0.retries = 0 }
        desk.fails(0..<1)
        let late = desk.done(0..<1)
        #expect(late.folded.isEmpty)
        #expect(desk.done(1..<2).folded.isEmpty)
        #expect(desk.ledger.isEnded)
        #expect(desk.ledger.counters.units == 0)
    }

    @Test func undecodableAnswerIsAFailedAttemptSoThatNothingStaysOutForEver() {
        // The coordinator tells it as a failure of the current attempt.
        var desk = Desk(units: 1) { $0.retries = 2 }
        for attempt in 1...2 {
            #expect(desk.orders[0..<1]?.attempt == attempt)
            desk.reply(0..<1, .failed(.init(.error, "the partial does not decode")))
            desk.wait(.seconds(1))
        }
        #expect(desk.fails(0..<1).failure?.message.contains("unit 0 failed for good") == true)
    }

    @Test func theSourceIsNeverAskedTwiceBeforeItAnswers() {
        var ledger = Ledger(policy: LedgerPolicy(), unitCount: 100)
        let desk = Desk(units: 1)
        #expect(ledger.handle(.began, at: desk.now).taken.count == 1)
        #expect(ledger.handle(.tick, at: desk.now).isEmpty)
        #expect(ledger.handle(.queue(.init(ready: 0, consumers: 9)), at: desk.now).isEmpty)
        #expect(ledger.handle(.took(0..<1), at: desk.now).taken.count == 1)
    }

    @Test func emptyJobFinishesAtOnce() {
        let desk = Desk(units: 0)
        #expect(desk.ledger.isEnded)
        #expect(desk.ledger.counters == LedgerCounters())
    }

    @Test func jobWhoseSourceDoesNotKnowItsSizeFinishesWhenItIsExhausted() {
        var desk = Desk(units: 3, size: 1, window: 1, isCountKnown: false)
        #expect(!desk.done(0..<1).isFinished)
        #expect(!desk.done(1..<2).isFinished)
        #expect(desk.done(2..<3).isFinished)
    }
}
