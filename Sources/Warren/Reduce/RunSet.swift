/// A set of units, as sorted runs that neither overlap nor touch: it is as large as the gaps are many.
package struct RunSet: Sendable, Hashable {
    package private(set) var runs: [UnitRange] = []

    /// Takes runs in any order; they may overlap, touch or be empty.
    package init(_ runs: [UnitRange] = []) {
        for run in runs.sorted(by: { $0.lowerBound < $1.lowerBound }) where !run.isEmpty {
            guard let last = self.runs.last, run.lowerBound <= last.upperBound else {
                self.runs.append(run)
                continue
            }
            self.runs[self.runs.count - 1] = last.lowerBound..<max(last.upperBound, run.upperBound)
        }
    }

    package var unitCount: UInt64 { runs.reduce(0) { $0 + $1.unitCount } }

    package func contains(_ unit: UInt64) -> Bool {
        let index = firstRun { $0.upperBound > unit }
        return index < runs.count && runs[index].lowerBound <= unit
    }

    /// The parts of the range that are not in the set, in order.
    package func gaps(in range: UnitRange) -> [UnitRange] {
        var gaps: [UnitRange] = []
        var start = range.lowerBound
        for run in runs[firstRun { $0.upperBound > range.lowerBound }...] {
            guard run.lowerBound < range.upperBound else { break }
            if start < run.lowerBound { gaps.append(start..<run.lowerBound) }
            start = run.upperBound
        }
        if start < range.upperBound { gaps.append(start..<range.upperBound) }
        return gaps
    }

    /// Adds a run; cheap at the end, and otherwise moves the runs behind it.
    package mutating func insert(_ run: UnitRange) {
        guard !run.isEmpty else { return }
        let first = firstRun { $0.upperBound >= run.lowerBound }
        let past = firstRun { $0.lowerBound > run.upperBound }
        var merged = run
        if first < past {
            let end = max(run.upperBound, runs[past - 1].upperBound)
            merged = min(run.lowerBound, runs[first].lowerBound)..<end
        }
        runs.replaceSubrange(first..<past, with: CollectionOfOne(merged))
    }

    /// The index of the first run that passes, if all behind it do as well; `runs.count` if none does.
    private func firstRun(where passes: (UnitRange) -> Bool) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if passes(runs[middle]) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }
}
