public import Warren

/// Counts the primes below a number.
///
/// A unit is a number. Whatever the range, a fragment costs time in proportion to its length, plus one division
/// for each prime up to the square root of its end (227,000 of them at 10¹³, about a millisecond).
public struct Primes: Job {
    public static let kind: JobKind = "primes"
    public static let summary = "counts the primes below a number"
    public static let isPure = true

    public struct Parameters: JobParameters {
        @Parameter("count the primes below this number, at most 10^13") public var below: UInt64 = 10_000_000

        public init() {}
    }

    /// Up to here the divisors fit 32 bits, and each strikes about once in a segment or more often.
    private static let limit: UInt64 = 10_000_000_000_000

    private let below: UInt64
    private let divisors: Divisors

    /// - Throws: ``WarrenError/Code/usage`` if `below` is more than 10¹³.
    public init(parameters: Parameters) throws {
        guard parameters.below <= Self.limit else {
            throw WarrenError(.usage, "below is \(parameters.below); give \(Self.limit) at most")
        }
        self.below = parameters.below
        self.divisors = Divisors(below: parameters.below)
    }

    public func source(for input: JobInput) -> RangeSource { RangeSource(0..<below) }

    public func run(_ range: Range<UInt64>, in context: FragmentContext) throws -> UInt64 {
        guard range.upperBound <= below else {
            throw WarrenError(.incompatible, "the numbers \(range) are not all below \(below)")
        }
        var sieve = SegmentedSieve(range, divisors: divisors.all())
        var count = sieve.struckPrimes
        while let found = sieve.next() {
            count += found
            try context.checkCancellation()
        }
        return count
    }

    public var identity: UInt64 { 0 }

    // Wraps around rather than trap: partials come from the network.
    public func merge(_ partial: UInt64, into total: inout UInt64) { total &+= partial }

    /// - Throws: ``WarrenError/Code/job`` for a count that cannot be.
    public func result(of total: UInt64) throws -> UInt64 {
        guard total <= below else {
            throw WarrenError(.job, "\(total) primes were counted below \(below), which cannot be")
        }
        return total
    }
}
