import TestSupport
import Testing

@testable import Warren

struct RangeSourceTests {
    @Test func eachNumberIsHandedOutOnceInOrder() {
        var random = SeededRandom()
        for _ in 0..<500 {
            let start = UInt64.random(in: 0...50, using: &random)
            let range = start..<start + .random(in: 0...200, using: &random)
            var source = RangeSource(range)
            #expect(source.unitCount == UInt64(range.count))
            var next = range.lowerBound
            while true {
                let count = UInt64.random(in: 1...40, using: &random)
                guard case .fragment(let fragment) = source.take(upTo: count, ready: {}) else { break }
                #expect(fragment.range == next..<min(next + count, range.upperBound))
                #expect(fragment.payload.isEmpty)
                #expect(RangeSource.units(of: fragment) == fragment.range)
                next = fragment.range.upperBound
            }
            #expect(next == range.upperBound)
        }
    }

    @Test func rangeMayEndAtTheLastNumber() {
        var source = RangeSource(UInt64.max - 3..<UInt64.max)
        guard case .fragment(let fragment) = source.take(upTo: .max, ready: {}) else {
            Issue.record("nothing was handed out")
            return
        }
        #expect(fragment.range == UInt64.max - 3..<UInt64.max)
        guard case .exhausted = source.take(upTo: 1, ready: {}) else {
            Issue.record("more was handed out than there is")
            return
        }
    }

    @Test func fragmentsAreNoLargerThanTheirMost() {
        var source = RangeSource(5..<20, atMost: 10)
        #expect(source.firstUnit == 5)
        var ranges: [UnitRange] = []
        while case .fragment(let fragment) = source.take(upTo: 100, ready: {}) {
            ranges.append(fragment.range)
        }
        #expect(ranges == [5..<15, 15..<20])
    }

    @Test func splitLeavesNoUnitOut() {
        let (first, second) = RangeSource.split(Fragment(range: 10..<20), at: 13)
        #expect(first == Fragment(range: 10..<13))
        #expect(second == Fragment(range: 13..<20))
    }
}
