import Testing

@testable import Warren

/// How many fragments should be on their way to a slot.
@Suite struct PaceTests {
    @Test func prefetchFollowsWhatFragmentsTake() {
        var pace = Pace()
        #expect(pace.prefetch == 2)
        for _ in 0..<1000 { _ = pace.measured(1e-5) }
        #expect(pace.prefetch == 128 && pace.lookahead == 32)
        for _ in 0..<10 { _ = pace.measured(0.25) }
        #expect(pace.prefetch == 2 && pace.lookahead == 2)
        for _ in 0..<3 { _ = pace.measured(2) }
        #expect(pace.prefetch == 1)
        for _ in 0..<100 { _ = pace.measured(0.01) }
        #expect(pace.prefetch == 2)
    }

    @Test func oneLongFragmentEndsTheHaste() {
        var pace = Pace()
        for _ in 0..<1000 { _ = pace.measured(1e-5) }
        let hasChanged = pace.measured(0.1)
        #expect(hasChanged && pace.prefetch == 2)
    }

    @Test func mixedTimesDoNotMakeItFlap() {
        var pace = Pace()
        var changes = 0
        for number in 0..<1000 where pace.measured(number % 2 == 0 ? 0.2 : 0.3) { changes += 1 }
        #expect(changes <= 1)
    }
}
