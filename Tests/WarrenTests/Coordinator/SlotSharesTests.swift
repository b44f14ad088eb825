import AMQP
import Testing

@testable import Warren

/// Who gets how many of a pool's slots.
@Suite struct SlotSharesTests {
    private let start = Instant(nanoseconds: 0)

    private func claim(_ job: String, weight: Int = 1, isOpen: Bool = true) throws -> SlotClaim {
        let id = try #require(JobID(bytes: Array(job.utf8)))
        return SlotClaim(job: id, pool: "default", weight: weight, isOpen: isOpen, asks: false)
    }

    @Test func jobByItselfHasAllOfThem() {
        #expect(SlotShares().share(of: 3, beside: 0) == 1)
    }

    @Test func jobsShareByWeight() throws {
        var shares = SlotShares()
        shares.heard(try claim("other", weight: 3), at: start)
        #expect(shares.share(of: 1, beside: 0) == 0.25)
        #expect(shares.share(of: 1, beside: 4) == 0.125)
        // Said again, it counts once.
        shares.heard(try claim("other", weight: 3), at: start)
        #expect(shares.share(of: 1, beside: 0) == 0.25)
    }

    @Test func jobThatHasNothingMoreToSendLeavesItsSlots() throws {
        var shares = SlotShares()
        shares.heard(try claim("other"), at: start)
        shares.heard(try claim("other", isOpen: false), at: start)
        #expect(shares.share(of: 1, beside: 0) == 1)
    }

    @Test func coordinatorThatIsGoneIsForgotten() throws {
        var shares = SlotShares()
        shares.heard(try claim("gone"), at: start)
        shares.forget(at: start + .seconds(6))
        #expect(shares.share(of: 1, beside: 0) == 0.5)
        shares.forget(at: start + .seconds(8))
        #expect(shares.share(of: 1, beside: 0) == 1)
    }

    @Test func claimTravels() throws {
        let claim = try claim("job", weight: 7)
        #expect(try ControlMessage(claim.message) == .claim(claim))
        var wrong = claim.message
        wrong.headers[WireNames.Header.weight] = .integer(0)
        #expect(throws: WarrenError.self) { try ControlMessage(wrong) }
    }

    @Test func windowIsThatOfTheShare() {
        var desk = Desk(units: 1000, size: 1, slots: 8)
        #expect(desk.ledger.window == 16)
        desk.tell(.share(0.25))
        #expect(desk.ledger.window == 4)
        desk.tell(.share(0.001))
        #expect(desk.ledger.window == 2)
    }
}
