public import Warren

/// Estimates π by the Monte Carlo method: the share of random points of a square that lie in the circle.
///
/// A unit is a sample. Each sample's point is a function of its number and the seed alone, and hits are counted
/// in whole numbers, so the result is the same to the last bit however the samples were cut.
public struct Pi: Job {
    public static let kind: JobKind = "pi"
    public static let summary = "estimates π from random points"
    public static let isPure = true

    public struct Parameters: JobParameters {
        @Parameter("how many random points to take") public var samples: UInt64 = 100_000_000
        @Parameter("other seeds give other points") public var seed: UInt64 = 1

        public init() {}
    }

    /// How many samples are taken between two looks at whether to go on: about half a millisecond.
    private static let stretch: UInt64 = 1 << 17

    private let samples: UInt64
    private let generator: Philox4x32

    /// Unit numbers travel as far as this.
    private static let limit = UInt64(Int64.max)

    /// - Throws: ``WarrenError/Code/usage`` without a single sample, or with more than 2⁶³ - 1.
    public init(parameters: Parameters) throws {
        guard (1...Self.limit).contains(parameters.samples) else {
            throw WarrenError(.usage, "samples is \(parameters.samples); give 1 to \(Self.limit)")
        }
        self.samples = parameters.samples
        self.generator = Philox4x32(seed: parameters.seed)
    }

    public func source(for input: JobInput) -> RangeSource { RangeSource(0..<samples) }

    public func run(_ range: Range<UInt64>, in context: FragmentContext) throws -> UInt64 {
        guard range.upperBound <= samples else {
            throw WarrenError(.incompatible, "the samples \(range) are not all among the first \(samples)")
        }
        var inside: UInt64 = 0
        var next = range.lowerBound
        while next < range.upperBound {
            let end = next + min(Self.stretch, range.upperBound - next)
            inside += hits(next..<end)
            next = end
            try context.checkCancellation()
        }
        return inside
    }

    public var identity: UInt64 { 0 }

    // Wraps around rather than trap: partials come from the network.
    public func merge(_ partial: UInt64, into total: inout UInt64) { total &+= partial }

    /// - Throws: ``WarrenError/Code/job`` for more hits than samples.
    public func result(of total: UInt64) throws -> PiEstimate {
        guard total <= samples else {
            throw WarrenError(.job, "\(total) of \(samples) samples lie in the circle, which cannot be")
        }
        return PiEstimate(samples: samples, inside: total)
    }

    /// Each block of the generator is two samples.
    private func hits(_ range: Range<UInt64>) -> UInt64 {
        var hits: UInt64 = 0
        var sample = range.lowerBound
        if sample % 2 == 1 {
            hits &+= Self.second(generator.block(sample / 2))
            sample += 1
        }
        while sample + 1 < range.upperBound {
            let block = generator.block(sample / 2)
            hits &+= Self.first(block) &+ Self.second(block)
            sample += 2
        }
        if sample < range.upperBound { hits &+= Self.first(generator.block(sample / 2)) }
        return hits
    }

    @inline(__always)
    private static func first(_ block: SIMD4<UInt32>) -> UInt64 { hit(block[0], block[1]) }

    @inline(__always)
    private static func second(_ block: SIMD4<UInt32>) -> UInt64 { hit(block[2], block[3]) }

    /// 1 if the point lies in the quarter circle whose radius is 2³², the side of the square.
    @inline(__always)
    private static func hit(_ x: UInt32, _ y: UInt32) -> UInt64 {
        let (_, isOutside) = (UInt64(x) &* UInt64(x)).addingReportingOverflow(UInt64(y) &* UInt64(y))
        return isOutside ? 0 : 1
    }
}
