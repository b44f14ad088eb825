/// A segmented sieve of Eratosthenes (Bays and Hudson, 1977) over odd numbers: bit `i` stands for `2i + 1`, and
/// a bit that is set for a composite.
///
/// A segment fits the first level of cache. Multiples of the smallest primes are not struck out one by one but
/// copied from a pattern that repeats.
struct SegmentedSieve {
    /// The primes of the pattern. Their own bits are set as well, so they are counted apart.
    private static let presieved: [UInt64] = [3, 5, 7, 11, 13]
    /// The multiples of the presieved primes, over the words after which they repeat.
    private static let pattern = makePattern()
    /// 32 KiB: the cache holds that and the divisors that pass by.
    private static let segmentWords = 4096

    /// Bits of the range that no segment has covered, from the beginning of the segment that is next.
    private var bits: Range<UInt64>
    /// The bits before this one, in the first segment alone, belong to another range.
    private let firstBit: UInt64
    private let divisors: ArraySlice<UInt32>
    /// For each of the first divisors: how far into the next segment its next multiple stands.
    private var multiples: [UInt32] = []
    private var segment = [UInt64](repeating: 0, count: segmentWords)

    /// - Parameter divisors: All odd primes up to the square root of the range's end, or more.
    init(_ range: Range<UInt64>, divisors: [UInt32]) {
        firstBit = range.lowerBound / 2
        bits = (firstBit & ~63)..<max(range.upperBound / 2, firstBit & ~63)
        self.divisors = divisors.dropFirst(Self.presieved.count)
        multiples.reserveCapacity(self.divisors.count)
    }

    /// The primes in `range` that ``next()`` leaves out.
    static func presievedPrimes(in range: Range<UInt64>) -> UInt64 {
        UInt64(([2] + presieved).count { range.contains($0) })
    }

    /// Counts the primes of the next segment, about a tenth of a millisecond of work; nil after the last.
    mutating func next() -> UInt64? {
        guard !bits.isEmpty else { return nil }
        let count = min(bits.count, Self.segmentWords * 64)
        copyPattern()
        admitDivisors(before: bits.lowerBound + UInt64(count))
        Self.strikeOut(count, of: &segment, multiples: &multiples, divisors: divisors)
        defer { bits = (bits.lowerBound + UInt64(count))..<bits.upperBound }
        return countPrimes(count)
    }

    private mutating func copyPattern() {
        let period = Self.pattern.count
        var from = Int(bits.lowerBound / 64 % UInt64(period))
        var to = 0
        while to < Self.segmentWords {
            let count = min(period - from, Self.segmentWords - to)
            segment.replaceSubrange(to..<to + count, with: Self.pattern[from..<from + count])
            to += count
            from = 0
        }
    }

    /// Takes in the divisors whose squares begin to matter.
    private mutating func admitDivisors(before end: UInt64) {
        let low = bits.lowerBound
        while multiples.count < divisors.count {
            let divisor = UInt64(divisors[divisors.startIndex + multiples.count])
            guard divisor * divisor / 2 < end else { return }
            // The first odd multiple in the segment; smaller ones than the square have smaller divisors.
            let factor = max((2 * low + divisor) / divisor | 1, divisor)
            multiples.append(UInt32(divisor * factor / 2 - low))
        }
    }

    private static func strikeOut(
        _ count: Int,
        of segment: inout [UInt64],
        multiples: inout [UInt32],
        divisors: ArraySlice<UInt32>
    ) {
        var segment = segment.mutableSpan
        var multiples = multiples.mutableSpan
        let divisors = divisors.span
        for index in 0..<multiples.count {
            let step = Int(divisors[unchecked: index])
            var bit = Int(multiples[unchecked: index])
            while bit < count {
                segment[unchecked: bit &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: bit & 63)
                bit &+= step
            }
            multiples[unchecked: index] = UInt32(truncatingIfNeeded: bit &- count)
        }
    }

    /// Counts the bits that are not set among the first `count`.
    private mutating func countPrimes(_ count: Int) -> UInt64 {
        if bits.lowerBound < firstBit {
            segment[0] |= 1 << (firstBit - bits.lowerBound) - 1
        }
        // The bit of 1, which is no prime.
        if bits.lowerBound == 0 { segment[0] |= 1 }
        var composites = 0
        for word in 0..<count / 64 { composites &+= segment[word].nonzeroBitCount }
        if count % 64 > 0 { composites += (segment[count / 64] & (1 << (count % 64) - 1)).nonzeroBitCount }
        return UInt64(count - composites)
    }

    private static func makePattern() -> [UInt64] {
        let words = Int(presieved.reduce(1, *))
        var pattern = [UInt64](repeating: 0, count: words)
        for prime in presieved {
            for bit in stride(from: Int(prime / 2), to: words * 64, by: Int(prime)) {
                pattern[bit / 64] |= 1 << (bit % 64)
            }
        }
        return pattern
    }
}
