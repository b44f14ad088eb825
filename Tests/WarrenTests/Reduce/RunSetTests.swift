import TestSupport
import Testing

@testable import Warren

struct RunSetTests {
    @Test func runsThatTouchOrOverlapBecomeOne() {
        #expect(RunSet([5..<8, 0..<2, 2..<3, 6..<10, 4..<4]).runs == [0..<3, 5..<10])
        var set = RunSet([0..<2, 4..<6, 8..<10])
        set.insert(2..<4)
        #expect(set.runs == [0..<6, 8..<10])
        set.insert(1..<9)
        #expect(set.runs == [0..<10])
        #expect(set == RunSet([0..<10]))
    }

    @Test func gapsAreCutToTheRange() {
        let set = RunSet([2..<4, 6..<8])
        #expect(set.gaps(in: 0..<10) == [0..<2, 4..<6, 8..<10])
        #expect(set.gaps(in: 3..<7) == [4..<6])
        #expect(set.gaps(in: 2..<4) == [])
        #expect(set.gaps(in: 5..<5) == [])
        #expect(RunSet().gaps(in: 3..<7) == [3..<7])
    }

    @Test func everyUnitThereIsFits() {
        var set = RunSet([0..<1, 2..<UInt64.max])
        #expect(set.unitCount == UInt64.max - 1)
        #expect(set.gaps(in: 0..<UInt64.max) == [1..<2])
        set.insert(1..<2)
        #expect(set.runs == [0..<UInt64.max])
    }

    @Test func agreesWithASetOfUnits() {
        var random = SeededRandom()
        for _ in 0..<2000 {
            let limit = UInt64.random(in: 1...60, using: &random)
            let runs = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                run(below: limit, longest: .random(in: 0...12, using: &random), &random)
            }
            var set = RunSet(Array(runs.prefix(3)))
            for run in runs.dropFirst(3) { set.insert(run) }
            let units = Set(runs.joined())
            #expect(set == RunSet(runs))
            #expect(set.unitCount == UInt64(units.count))
            #expect(Array(set.runs.joined()) == units.sorted())
            #expect((0..<limit + 15).filter(set.contains) == units.sorted())
            #expect(zip(set.runs, set.runs.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })

            let range = run(below: limit, longest: limit, &random)
            let gaps = set.gaps(in: range)
            #expect(Array(gaps.joined()) == range.filter { !units.contains($0) })
            #expect(gaps.allSatisfy { !$0.isEmpty })
        }
    }

    private func run(below limit: UInt64, longest: UInt64, _ random: inout SeededRandom) -> UnitRange {
        let start = UInt64.random(in: 0..<limit, using: &random)
        return start..<start + .random(in: 0...longest, using: &random)
    }
}
