import AMQP
import Foundation
import TestSupport
import Warren

/// Coordinators that die and are carried on from what was kept of them.
extension LedgerWorld {
    mutating func takeCheckpoint() {
        guard !isEnding else { return }
        checkpoint = WorldCheckpoint(
            snapshot: ledger.snapshot,
            out: out,
            folded: folded,
            skipped: skipped,
            isExhausted: isExhausted
        )
    }

    /// Another coordinator carries on from the last checkpoint, or from just now. What was answered to the old
    /// one is lost or comes late; what it had published is still there.
    mutating func restart() {
        guard !isEnding else { return }
        if checkpoint == nil || random.once(in: 2) { takeCheckpoint() }
        guard let checkpoint else { return }
        let snapshot = rules.usesJSON ? throughJSON(checkpoint.snapshot) : checkpoint.snapshot
        trace?.append("restarted from \(snapshot)")
        ledger = Ledger(resuming: snapshot)
        folded = checkpoint.folded
        skipped = checkpoint.skipped
        isExhausted = checkpoint.isExhausted
        cursor = snapshot.unitsTaken
        asked = nil
        out = checkpoint.out
        for index in out.indices { out[index].isPublished = false }
        settlements = []
        lastSequence = 0
        if Set(out.map(\.range)) != Set(snapshot.out.map(\.range)) {
            violate("the snapshot forgets fragments")
        }
        checkAccount()
        loseAnswers()
        begin()
    }

    private mutating func throughJSON(_ snapshot: Ledger.Snapshot) -> Ledger.Snapshot {
        do {
            return try JSONDecoder().decode(Ledger.Snapshot.self, from: JSONEncoder().encode(snapshot))
        } catch {
            violate("a snapshot is not plain Codable: \(error)")
            return snapshot
        }
    }

    /// What was folded and what is out are together what the source handed out, each unit once.
    private mutating func checkAccount() {
        var units = folded | skipped
        for range in out.map(\.range) {
            if units & mask(of: range) != 0 { violate("\(range) is in the snapshot twice") }
            units |= mask(of: range)
        }
        if units != mask(of: 0..<cursor) { violate("the snapshot forgets units") }
    }
}
