import AMQP
import Testing

@testable import Warren

/// What is late at the end runs a second time, if that does no harm.
@Suite struct BackupTests {
    /// Eight units that take a second each, of which all but the last fragment are done.
    private func almostDone(backups: Bool?) -> Desk {
        var desk = Desk(units: 8, size: 1, slots: 4, ready: 0) { $0.backups = backups }
        for unit in 0..<7 as Range<UInt64> {
            desk.now = desk.now + .milliseconds(250)
            desk.done(unit..<unit + 1, seconds: 1)
        }
        return desk
    }

    @Test func lateFragmentIsPublishedASecondTime() {
        var desk = almostDone(backups: true)
        #expect(desk.wait(.milliseconds(100)).published.isEmpty)
        #expect(desk.wait(.seconds(4)).published == [7..<8])
        // Once is enough.
        #expect(desk.wait(.seconds(5)).published.isEmpty)
        #expect(desk.ledger.counters.backups == 1)
    }

    @Test(arguments: [false, nil]) func notWithoutLeave(backups: Bool?) {
        var desk = almostDone(backups: backups)
        #expect(desk.wait(.seconds(10)).published.isEmpty)
    }

    @Test func firstAnswerCountsAndTheOtherIsRecalled() {
        var desk = almostDone(backups: true)
        desk.wait(.seconds(4))
        let answer = LedgerEvent.Reply(
            attempt: 1,
            worker: "owl@b",
            outcome: .done(seconds: 1),
            isBackup: true
        )
        let actions = desk.tell(.replied(7..<8, answer))
        #expect(actions.contains(.fold(7..<8)) && actions.contains(.recall(7..<8)))
        #expect(desk.ledger.counters.backupsWon == 1 && desk.ledger.isEnded)
    }

    @Test func failureOfOneCopyIsAFailedAttempt() {
        var desk = almostDone(backups: true)
        desk.wait(.seconds(4))
        desk.fails(7..<8, attempt: 1)
        #expect(desk.wait(.seconds(1)).published == [7..<8])
        // The other copy was of the attempt before, and its success counts all the same.
        #expect(desk.done(7..<8, seconds: 1, attempt: 1).contains(.fold(7..<8)))
    }

    @Test func noneWhileThereIsOtherWork() {
        var desk = Desk(units: 1000, size: 1, slots: 2, ready: 0) { $0.backups = true }
        desk.now = desk.now + .seconds(1)
        desk.done(0..<1, seconds: 1)
        #expect(desk.wait(.seconds(9)).published.isEmpty)
    }

    @Test func noneWhileSomethingWaitsInTheQueue() {
        var desk = almostDone(backups: true)
        desk.tell(.queue(.init(ready: 1, consumers: 4)))
        #expect(desk.wait(.seconds(10)).published.isEmpty)
        desk.tell(.queue(.init(ready: 0, consumers: 4)))
        #expect(desk.wait(.seconds(1)).published == [7..<8])
    }

    /// Eight on one slot: the last has to wait for seven others.
    @Test func waitingForOnesTurnIsExplained() {
        var desk = Desk(units: 8, size: 1, window: 8, slots: 1, ready: 0) { $0.backups = true }
        for unit in 0..<7 as Range<UInt64> {
            #expect(desk.wait(.seconds(1)).published.isEmpty)
            desk.done(unit..<unit + 1, seconds: 1)
        }
    }

    @Test func noneBeforeAnythingIsMeasured() {
        var desk = Desk(units: 1, size: 1, slots: 2, ready: 0) { $0.backups = true }
        #expect(desk.wait(.seconds(9)).published.isEmpty)
    }
}
