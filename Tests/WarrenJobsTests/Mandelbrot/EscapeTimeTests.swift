import TestSupport
import Testing

@testable import Warren
@testable import WarrenJobs

struct EscapeTimeTests {
    /// Eight lanes at a time, in strides, with shortcuts: to the last bit what one point by itself gives.
    @Test func lanesGiveWhatOnePointAfterAnotherGives() throws {
        var random = SeededRandom()
        for _ in 0..<60 {
            let escape = EscapeTime(limit: 1 + random.below(random.once(in: 2) ? 40 : 2000))
            // Some of them in the thick of it, some anywhere.
            let centre = random.once(in: 2) ? (-0.7436, 0.1318) : (-0.5, 0.0)
            let width = random.once(in: 2) ? 0.01 : 4.0
            let points = (0..<random.below(200)).map { _ in
                (
                    centre.0 + Double.random(in: -width...width, using: &random),
                    centre.1 + Double.random(in: -width...width, using: &random)
                )
            }
            for (count, point) in zip(try counts(escape, points), points) {
                #expect(count == slowly(escape, point), "\(point), limit \(escape.limit)")
            }
        }
    }

    @Test func knownPointsAreWhereTheyBelong() throws {
        let escape = EscapeTime(limit: 100_000)
        let points = [
            (0.0, 0.0), (-1.0, 0.0), (-2.0, 0.0), (0.0, 1.0), (-1.754_877_666_246_693, 0.0), (0.3, 0.0),
            (1.0, 1.0),
        ]
        let isIn = try counts(escape, points).map { $0 == EscapeTime.never }
        #expect(isIn == [true, true, true, true, true, false, false])
    }

    @Test func countIsSmooth() throws {
        // Along a line outside of the set, towards it, there is no jump where the whole number of steps changes.
        let escape = EscapeTime(limit: 1000)
        let counts = try counts(escape, (0..<20_000).map { (1.6 - Double($0) * 5e-5, 0.7) }).map { $0 ?? 0 }
        let steps = zip(counts, counts.dropFirst()).map { abs($1 - $0) }
        #expect((steps.max() ?? 0) < 0.02)
        #expect((counts.max() ?? 0) - (counts.min() ?? 0) > 1.5)
    }

    @Test func logarithmIsThatOfBooks() {
        let escape = EscapeTime(limit: 1)
        #expect(escape.log2(1) == 0)
        #expect(escape.log2(1024) == 10)
        var random = SeededRandom()
        for _ in 0..<10_000 {
            let power = Double.random(in: 0...40, using: &random)
            var number = 1.0
            for _ in 0..<Int(power) { number *= 2 }
            // Up to the next power of two, by the series of e^x.
            let rest = (power - Double(Int(power))) * 0.693_147_180_559_945_3
            number *= (1...25).reversed().reduce(1) { 1 + rest / Double($1) * $0 }
            #expect(abs(escape.log2(number) - power) < 1e-10)
        }
    }

    @Test func cancelledCountStops() {
        let cancellation = Cancellation()
        cancellation.cancel()
        let escape = EscapeTime(limit: .max)
        #expect(throws: FragmentCancelled.self) {
            // So near to the set that it leaves after some thirty million steps.
            try self.counts(
                escape,
                Array(repeating: (-0.75, 1e-7), count: 8),
                in: Cutting.context(cancellation: cancellation)
            )
        }
    }

    /// What is found out about each point, once.
    private func counts(
        _ escape: EscapeTime,
        _ points: [(Double, Double)],
        in context: FragmentContext = Cutting.context()
    ) throws -> [Double?] {
        var counts = [Double?](repeating: nil, count: points.count)
        func take(_ number: Int, _ count: Double) {
            #expect(counts[number] == nil)
            counts[number] = count
        }
        try escape.count(points.count, at: { points[$0] }, in: context, found: take)
        return counts
    }

    private func slowly(_ escape: EscapeTime, _ point: (Double, Double)) -> Double {
        var (x, y) = (0.0, 0.0)
        for step in 1...escape.limit {
            let product = x * y
            (x, y) = (x * x - y * y + point.0, product + product + point.1)
            let distance = x * x + y * y
            if distance > 65_536 { return Double(step) + 1 - escape.log2(escape.log2(distance) / 16) }
        }
        return EscapeTime.never
    }
}
