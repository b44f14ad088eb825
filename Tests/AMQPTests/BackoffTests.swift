import TestSupport
import Testing

@testable import AMQP

@Suite struct BackoffTests {
    @Test func eachDelayIsBetweenHalfAndAllOfTwiceTheOneBefore() {
        for seed in Seeds.some(1000) {
            var random = SeededRandom(seed: seed)
            var backoff = Backoff()
            for full in [100, 200, 400, 800, 1600, 3200, 5000, 5000] as [Int] {
                let delay = backoff.next(using: &random)
                #expect(delay >= .milliseconds(full) / 2 && delay <= .milliseconds(full))
            }
        }
    }

    @Test func longestIsNeverExceededHoweverOftenItIsAsked() {
        var random = SeededRandom(seed: Seeds.first)
        var backoff = Backoff(first: .seconds(1), longest: .seconds(3))
        for _ in 0..<10_000 { #expect(backoff.next(using: &random) <= .seconds(3)) }
    }

    @Test func resetStartsAgain() {
        var random = SeededRandom(seed: Seeds.first)
        var backoff = Backoff()
        for _ in 0..<9 { _ = backoff.next(using: &random) }
        backoff.reset()
        #expect(backoff.next(using: &random) <= .milliseconds(100))
    }

    @Test func noTwoAreAlike() {
        var random = SeededRandom(seed: Seeds.first)
        let delays = (0..<100).map { _ in
            var backoff = Backoff()
            return backoff.next(using: &random)
        }
        #expect(Set(delays).count > 90)
    }
}
