import Testing

@testable import AMQP

@Suite struct ConfirmWindowTests {
    private typealias Settled = (token: UInt64, outcome: Publication.Outcome)

    private let now = Instant(nanoseconds: 0)

    private func publication(_ token: UInt64, id: ShortString = .empty, isMandatory: Bool = true)
        -> Publication
    {
        Publication(
            Message(type: "t", messageID: id),
            to: "x",
            routingKey: "k",
            isMandatory: isMandatory,
            token: token
        )
    }

    private func settle(
        _ window: inout ConfirmWindow,
        _ number: UInt64,
        multiple: Bool = false,
        _ outcome: Publication.Outcome = .confirmed
    ) -> [Settled] {
        var settled: [Settled] = []
        window.settle(number, multiple: multiple, outcome: outcome) { settled.append(($0.token, $1)) }
        return settled
    }

    @Test func oneConfirmSettlesOnePublication() {
        var window = ConfirmWindow()
        for token in 1...3 as ClosedRange<UInt64> { window.sent(publication(token), at: now) }
        #expect(settle(&window, 2).map(\.token) == [2])
        #expect(settle(&window, 2).isEmpty)
        #expect(settle(&window, 3, multiple: true).map(\.token) == [1, 3])
        #expect(window.count == 0)
    }

    @Test func numbersNeverGivenOutChangeNothing() {
        var window = ConfirmWindow()
        window.sent(publication(1), at: now)
        for number in [0, 2, 7, .max] as [UInt64] {
            #expect(settle(&window, number).isEmpty)
            #expect(settle(&window, number, multiple: true).isEmpty)
        }
        #expect(window.count == 1)
    }

    @Test func returnedPublicationIsToldAsReturnedOnlyOnceItIsConfirmed() {
        var window = ConfirmWindow()
        window.sent(publication(1, id: "a"), at: now)
        window.returned(messageID: "a")
        #expect(window.count == 1)
        #expect(settle(&window, 1).map(\.outcome) == [.returned])
    }

    @Test func ofEqualMessagesTheFirstOutIsTheOneReturned() {
        var window = ConfirmWindow()
        for token in 1...3 as ClosedRange<UInt64> { window.sent(publication(token, id: "a"), at: now) }
        window.returned(messageID: "a")
        window.returned(messageID: "a")
        #expect(settle(&window, 3, multiple: true).map(\.outcome) == [.returned, .returned, .confirmed])
    }

    @Test func whatIsNotMandatoryIsNeverReturned() {
        var window = ConfirmWindow()
        window.sent(publication(1, id: "a", isMandatory: false), at: now)
        window.sent(publication(2, id: "a"), at: now)
        window.returned(messageID: "a")
        #expect(settle(&window, 2, multiple: true).map(\.outcome) == [.confirmed, .returned])
    }

    @Test func whatWasNeverAnsweredIsGivenBackInOrderAndNumbersGoOn() {
        var window = ConfirmWindow()
        for token in 1...4 as ClosedRange<UInt64> { window.sent(publication(token), at: now) }
        _ = settle(&window, 2)
        #expect(window.removeAll().map(\.token) == [1, 3, 4])
        #expect(window.count == 0 && window.oldest == nil)
        window.sent(publication(5), at: now)
        #expect(settle(&window, 4).isEmpty)
        #expect(settle(&window, 5).map(\.token) == [5])
    }

    @Test func theOldestIsTheOldestThatWasNotAnswered() {
        var window = ConfirmWindow()
        #expect(window.oldest == nil)
        for token in 1...3 as ClosedRange<UInt64> {
            window.sent(publication(token), at: Instant(nanoseconds: Int64(token)))
        }
        _ = settle(&window, 2)
        #expect(window.oldest == Instant(nanoseconds: 1))
        _ = settle(&window, 1)
        #expect(window.oldest == Instant(nanoseconds: 3))
        window.restartClock(at: Instant(nanoseconds: 50))
        #expect(window.oldest == Instant(nanoseconds: 50))
        #expect(settle(&window, 3).map(\.token) == [3])
    }

    @Test func anyOrderOfAnswersAgreesWithANaiveModel() {
        for seed in Seeds.some(20_000) {
            var trial = ConfirmTrial(seed: seed)
            trial.run()
            #expect(trial.violation == nil, "WARREN_SEED=\(seed)")
            if trial.violation != nil { return }
        }
    }
}
