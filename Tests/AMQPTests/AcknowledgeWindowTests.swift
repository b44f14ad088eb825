import Testing

@testable import AMQP

@Suite struct AcknowledgeWindowTests {
    private typealias Frame = AcknowledgeWindow.Frame

    private func window(_ tags: ClosedRange<UInt64>) -> AcknowledgeWindow {
        var window = AcknowledgeWindow()
        for tag in tags { window.delivered(tag) }
        return window
    }

    @Test func runAtTheFrontIsOneFrame() {
        var window = window(1...5)
        #expect(window.acknowledge([3, 1, 2]) == [Frame(tag: 3, multiple: true)])
        #expect(window.count == 2)
    }

    @Test func whatIsBehindAGapNeedsAFrameEach() {
        var window = window(1...6)
        #expect(
            window.acknowledge([1, 2, 6, 4]) == [
                Frame(tag: 2, multiple: true), Frame(tag: 4, multiple: false), Frame(tag: 6, multiple: false),
            ]
        )
    }

    @Test func singleDeliveryIsNoRun() {
        var window = window(1...2)
        #expect(window.acknowledge([1]) == [Frame(tag: 1, multiple: false)])
    }

    @Test func runReachesOverWhatWasSettledBefore() {
        var window = window(1...4)
        #expect(window.acknowledge([2]) == [Frame(tag: 2, multiple: false)])
        _ = window.settle(3)
        #expect(window.acknowledge([1, 4]) == [Frame(tag: 4, multiple: true)])
        #expect(window.count == 0)
    }

    @Test func frameNeverNamesATagThatTheBrokerNoLongerHas() {
        var window = window(1...3)
        _ = window.settle(2)
        #expect(window.acknowledge([1]) == [Frame(tag: 1, multiple: false)])
        #expect(window.acknowledge([2]).isEmpty)
    }

    @Test func tagsNeverDeliveredOrSettledBeforeAreIgnored() {
        var window = window(3...5)
        #expect(window.acknowledge([0, 1, 2, 6, .max]).isEmpty)
        #expect(window.acknowledge([4, 4]) == [Frame(tag: 4, multiple: false)])
        #expect(window.acknowledge([4]).isEmpty)
        let settled = [4, 9, 5, 5].map { window.settle($0) }
        #expect(settled == [false, false, true, false])
        #expect(window.count == 1)
    }

    @Test func tagsOfOtherConsumersLeaveGapsThatAreNoneOfOurs() {
        // Deliveries that need no acknowledgement share the channel's numbers.
        var window = AcknowledgeWindow()
        for tag in [2, 5, 9] as [UInt64] { window.delivered(tag) }
        #expect(window.acknowledge([5, 2]) == [Frame(tag: 5, multiple: true)])
        #expect(window.acknowledge([3, 9]) == [Frame(tag: 9, multiple: false)])
    }

    @Test func deliveryThatTakesLongCostsNoMemoryForThoseThatOvertakeIt() {
        var window = window(1...1)
        for tag in 2...100_000 as ClosedRange<UInt64> {
            window.delivered(tag)
            _ = window.acknowledge([tag])
        }
        #expect(window.count == 1)
        // All that it keeps, whatever it is called.
        let kept = Mirror(reflecting: window).children.map { Mirror(reflecting: $0.value).children.count }
        #expect(kept.reduce(0, +) == 1)
    }

    @Test func brokerAcceptsEveryFrameInAnyOrder() {
        for seed in Seeds.some(20_000) {
            var trial = AcknowledgeTrial(seed: seed)
            trial.run()
            #expect(trial.violation == nil, "WARREN_SEED=\(seed)")
            if trial.violation != nil { return }
        }
    }
}
