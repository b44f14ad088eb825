import AMQP
import TestSupport
import Testing

@testable import Warren

/// Answers that wait at the worker until they are fetched.
@Suite struct HeldAnswersTests {
    private func answer(_ token: UInt64, _ size: Int) -> Publication {
        Publication(
            Message(type: "done", messageID: "job/0-1", body: [UInt8](repeating: 7, count: size)),
            to: "exchange",
            routingKey: "somebody",
            token: token
        )
    }

    @Test func whatIsHeldIsReleasedOnce() {
        var held = HeldAnswers()
        let offer = held.hold(answer(5, 1000), at: Instant(nanoseconds: 0))
        #expect(held.answer(offer, at: Instant(nanoseconds: 1))?.message.body.count == 1000)
        #expect(held.offers { $0.messageID == "job/0-1" } == [offer])
        #expect(held.release(offer) != nil && held.release(offer) == nil)
        #expect(held.answer(offer, at: Instant(nanoseconds: 1)) == nil)
    }

    @Test func whatNobodyAsksForIsOfferedAgain() {
        var held = HeldAnswers()
        let offer = held.hold(answer(5, 1000), at: Instant(nanoseconds: 0))
        let later = Instant(nanoseconds: 0) + HeldAnswers.patience
        // Not before it is known what became of the first.
        #expect(held.due(at: later).isEmpty)
        held.offered(offer, .confirmed, at: Instant(nanoseconds: 1))
        #expect(held.due(at: Instant(nanoseconds: 1)).isEmpty)
        #expect(held.due(at: later).map(\.offer) == [offer])
        #expect(held.due(at: later + HeldAnswers.patience).isEmpty)
        held.offered(offer, .confirmed, at: later)
        // Nor while it is being fetched.
        _ = held.answer(offer, at: later + .seconds(4))
        #expect(held.due(at: later + HeldAnswers.patience).isEmpty)
        // An offer that was lost is made again at once.
        held.offered(offer, .lost, at: later)
        #expect(held.due(at: later).map(\.offer) == [offer])
    }

    @Test func whatNobodyHearsOfIsGivenUp() {
        var held = HeldAnswers()
        let offer = held.hold(answer(5, 1000), at: Instant(nanoseconds: 0))
        held.offered(offer, .returned, at: Instant(nanoseconds: 0))
        held.offered(offer, .returned, at: Instant(nanoseconds: 5))
        #expect(held.unheard(for: .nanoseconds(11), at: Instant(nanoseconds: 10)).isEmpty)
        #expect(held.unheard(for: .nanoseconds(10), at: Instant(nanoseconds: 10)) == [offer])
        held.offered(offer, .confirmed, at: Instant(nanoseconds: 12))
        #expect(held.unheard(for: .zero, at: Instant(nanoseconds: 20)).isEmpty)
    }

    /// A worker that holds so much begins nothing more; what is held a second time counts once.
    @Test func fullnessIsOfWhatIsHeld() {
        var held = HeldAnswers()
        let size = HeldAnswers.mostBytes / 2
        let offer = held.hold(answer(1, size), at: Instant(nanoseconds: 0))
        _ = held.hold(answer(1, size), at: Instant(nanoseconds: 0))
        #expect(!held.isFull)
        _ = held.hold(answer(2, size), at: Instant(nanoseconds: 0))
        #expect(held.isFull)
        _ = held.release(offer)
        #expect(!held.isFull)
    }

    @Test func anOfferSaysHowLargeAndWhere() {
        let message = HeldAnswers.offer(answer(5, 1000).message, 5, from: "worker")
        #expect(BodyFetches.isOne(message) && message.body.isEmpty && message.replyTo == "worker")
        #expect(BodyRequest(for: message, execution: 1, from: 0, replyTo: "me").offer == 5)
        #expect(HeldAnswers.releasing(message).headers["offer"] == .integer(5))
    }
}
