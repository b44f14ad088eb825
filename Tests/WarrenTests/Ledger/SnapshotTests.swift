import AMQP
import Foundation
import Testing
import Warren

/// A job can be carried on by whoever holds its snapshot.
@Suite struct SnapshotTests {
    private func throughJSON(_ snapshot: Ledger.Snapshot) throws -> Ledger.Snapshot {
        try JSONDecoder().decode(Ledger.Snapshot.self, from: JSONEncoder().encode(snapshot))
    }

    @Test func snapshotIsPlainCodable() throws {
        var desk = Desk(units: 20, size: 4, window: 3) { $0.retries = 1 }
        desk.done(4..<8, seconds: 0.3)
        desk.fails(0..<4)
        let snapshot = desk.ledger.snapshot
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(throughJSON(snapshot)) == encoder.encode(snapshot))
    }

    @Test func whatWasOutIsPublishedAgainAndTheSourceGoesOnWhereItWas() throws {
        var desk = Desk(units: 10, size: 2, window: 2)
        desk.done(0..<2)
        let snapshot = try throughJSON(desk.ledger.snapshot)
        #expect(snapshot.unitsTaken == 6)
        #expect(snapshot.out.map(\.range) == [2..<4, 4..<6])

        var successor = Desk(resuming: snapshot, units: 10)
        #expect(successor.tell(.began).published == [2..<4, 4..<6])
        for from in [2, 4, 6, 8] as [UInt64] { successor.done(from..<from + 2) }
        #expect(successor.ledger.isEnded)
        #expect(successor.ledger.counters.units == 10)
        #expect(successor.ledger.counters.fragments == 5)
    }

    @Test func answerToThePredecessorCountsOnce() throws {
        var desk = Desk(units: 4, size: 2, window: 2)
        let snapshot = desk.ledger.snapshot
        desk.done(0..<2)
        // The successor knows nothing of that fold, and its own book decides.
        var successor = Desk(resuming: snapshot, units: 4)
        successor.tell(.began)
        #expect(successor.done(0..<2).folded == [0..<2])
        #expect(successor.done(0..<2).folded.isEmpty)
        #expect(successor.done(2..<4).isFinished)
        #expect(successor.ledger.counters.units == 4)
    }

    @Test func attemptsTriesAndDeathsAreRemembered() throws {
        var desk = Desk(units: 1) { $0.retries = 1 }
        desk.fails(0..<1)
        desk.wait(.seconds(1))
        desk.reply(0..<1, .suspect)
        desk.reply(0..<1, .diedAlone)
        var successor = Desk(resuming: try throughJSON(desk.ledger.snapshot), units: 1)
        let orders = successor.tell(.began).orders
        #expect(orders.map(\.attempt) == [4])
        #expect(orders.map(\.isAlone) == [true])
        // One death and one failure were used up before.
        #expect(successor.reply(0..<1, .diedAlone).failure != nil)
    }

    @Test func fragmentInBackoffIsOutLikeAnyOther() throws {
        var desk = Desk(units: 1)
        desk.fails(0..<1)
        var successor = Desk(resuming: try throughJSON(desk.ledger.snapshot), units: 1)
        #expect(successor.tell(.began).published == [0..<1])
    }

    @Test func waitingHalvesAreOutLikeAnyOther() throws {
        var desk = Desk(units: 4, size: 4, window: 1) { $0.retries = 0 }
        #expect(desk.fails(0..<4).published == [0..<2])
        var successor = Desk(resuming: try throughJSON(desk.ledger.snapshot), units: 4)
        #expect(successor.tell(.began).published == [0..<2, 2..<4])
    }

    @Test func questionThatWasOpenIsAskedAgain() {
        var ledger = Ledger(policy: LedgerPolicy(), unitCount: 10)
        #expect(ledger.handle(.began, at: .init(nanoseconds: 0)).taken.count == 1)
        var successor = Ledger(resuming: ledger.snapshot)
        #expect(successor.handle(.began, at: .init(nanoseconds: 0)).taken.count == 1)
    }

    @Test func triesThatAreLeftAreStillLeft() throws {
        var desk = Desk(units: 1) { $0.retries = 2 }
        desk.fails(0..<1)
        var successor = Desk(resuming: try throughJSON(desk.ledger.snapshot), units: 1)
        successor.tell(.began)
        #expect(successor.fails(0..<1).failure == nil)
        successor.wait(.seconds(1))
        #expect(successor.fails(0..<1).failure != nil)
    }

    @Test func policyAndMeasurementsSurvive() throws {
        var desk = Desk(units: 1_000_000, window: 3)
        for _ in 0..<20 {
            let range = try #require(desk.orders.keys.max { $0.lowerBound < $1.lowerBound })
            desk.done(range, seconds: Double(range.unitCount) * 1e-5)
        }
        let measured = try #require(desk.orders.keys.map(\.unitCount).max())
        let last = try #require(desk.orders.keys.max { $0.lowerBound < $1.lowerBound })
        var successor = Desk(resuming: try throughJSON(desk.ledger.snapshot), units: 1_000_000)
        successor.tell(.began)
        #expect(successor.ledger.fragmentsOut == 3)
        // An answer whose cost says nothing: what it is asked next follows from what was measured before.
        let taken = successor.done(last, seconds: .nan).taken
        #expect(measured > 10_000)
        #expect(taken.first ?? 0 > measured / 4)
    }
}
