import AMQP
import Testing
import Warren

/// Workers that answer unit by unit: what is done counts, and only the rest is tried again.
@Suite struct PartialSuccessTests {
    private func partly(
        failed: [UnitRange] = [],
        rest: [UnitRange] = []
    ) -> LedgerEvent.Outcome {
        .partly(.init(seconds: 0.1, failed: failed.map { .init($0, .init(.error, "boom")) }, rest: rest))
    }

    @Test func onlyWhatFailedIsTriedAgain() {
        var desk = Desk(units: 10, size: 10)
        let actions = desk.reply(0..<10, partly(failed: [3..<4, 7..<8]))
        #expect(actions.folded == [0..<10] && actions.carved == [3..<4, 7..<8])
        #expect(desk.ledger.counters.units == 8)
        #expect(Set(desk.wait(.seconds(1)).published) == [3..<4, 7..<8])
        #expect(desk.orders[3..<4]?.attempt == 2)
        #expect(!desk.done(3..<4).isFinished)
        #expect(desk.done(7..<8).isFinished)
        #expect(desk.ledger.counters.units == 10)
    }

    @Test func whatWasLeftIsPublishedAtOnceAndIsNobodysFailure() {
        var desk = Desk(units: 10, size: 10)
        let actions = desk.reply(0..<10, partly(rest: [4..<10]))
        #expect(actions.published == [4..<10])
        #expect(desk.orders[4..<10]?.attempt == 1)
        #expect(desk.ledger.counters.retried == 0)
        #expect(desk.done(4..<10).isFinished)
    }

    @Test func secondAnswerToTheSameFragmentIsADuplicate() {
        var desk = Desk(units: 10, size: 10)
        desk.reply(0..<10, partly(rest: [4..<10]))
        #expect(desk.done(0..<10).folded.isEmpty)
        #expect(desk.reply(0..<10, partly(failed: [0..<1])).folded.isEmpty)
        #expect(desk.ledger.counters.duplicatesDropped == 2)
    }

    @Test func answerOfAnEarlierAttemptIsADuplicate() {
        var desk = Desk(units: 10, size: 10)
        desk.fails(0..<10)
        desk.wait(.seconds(1))
        #expect(desk.reply(0..<10, partly(failed: [0..<1]), attempt: 1).folded.isEmpty)
        #expect(desk.done(0..<10).isFinished)
    }

    @Test(arguments: [[8..<12], [0..<0], [2..<5, 4..<6]] as [[UnitRange]])
    func answerThatSpeaksOfOthersUnitsIsAFailure(failed: [UnitRange]) {
        var desk = Desk(units: 10, size: 10)
        let actions = desk.reply(0..<10, partly(failed: failed))
        #expect(actions.folded.isEmpty && desk.ledger.counters.units == 0)
        #expect(desk.wait(.seconds(1)).published == [0..<10])
    }

    @Test func answerThatLeavesEverythingIsAFailure() {
        var desk = Desk(units: 10, size: 10)
        #expect(desk.reply(0..<10, partly(rest: [0..<4, 4..<10])).folded.isEmpty)
        #expect(desk.ledger.counters.retried == 1)
    }

    @Test func unitThatFailsForGoodIsNamed() throws {
        var desk = Desk(units: 10, size: 10) { $0.retries = 1 }
        desk.reply(0..<10, partly(failed: [3..<4]))
        desk.wait(.seconds(1))
        let message = try #require(desk.fails(3..<4).failure?.message)
        #expect(message.hasPrefix("unit 3 failed for good, last on tiger@a: boom"))
    }
}
