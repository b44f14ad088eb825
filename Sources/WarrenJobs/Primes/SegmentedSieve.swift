/// A segmented sieve of Eratosthenes (Bays and Hudson, 1977) over the spokes of a ``Wheel``: a bit for each number
/// that 2, 3 and 5 do not divide, cleared for a composite.
///
/// A segment fits the second level of cache. The small divisors work their way through it a block at a time, each
/// of which fits the first level; large ones, with few multiples in a block, take the whole segment at once. All
/// strike themselves as well, which spares the search for their squares: they are counted apart.
struct SegmentedSieve {
    /// 512 KiB: with the divisors that pass by it takes less than the 1 MiB of a common second level of cache.
    private static let largestSegment: UInt64 = 512 << 10
    /// 32 KiB, as large as the first level of cache.
    private static let block = 32 << 10
    /// Divisors below this go through blocks.
    private static let nearLimit = 24 << 10

    /// Primes that the sieve strikes out with the composites, or has no bits for.
    let struckPrimes: UInt64
    private let range: Range<UInt64>
    /// Bytes of the range that no segment has covered.
    private var bytes: Range<UInt64>
    /// Bytes of a segment, a multiple of 64. They are followed by a margin, which is the beginning of the next
    /// segment: near divisors end their turns there. Then come spare bytes, for strokes that miss.
    private let size: Int
    private let margin: Int
    private var segment: [UInt8]
    private var near = Strikers()
    private var far = Strikers()

    /// Costs a division for each divisor up to the square root of the range's end.
    ///
    /// - Parameter divisors: All odd primes up to that square root, or more, in order.
    init(_ range: Range<UInt64>, divisors: [UInt32]) {
        let first = range.lowerBound / 30
        self.range = range
        bytes = first..<(range.upperBound + 29) / 30
        var struck = (Wheel.primes + Presieve.primes).count { range.contains($0) }
        var largestNear: UInt32 = 0
        for prime in divisors where prime > Presieve.largestPrime {
            guard UInt64(prime) * UInt64(prime) < range.upperBound else { break }
            if range.contains(UInt64(prime)) { struck += 1 }
            let striker = Striker(prime: prime, segmentAt: first)
            if prime < Self.nearLimit {
                near.append(striker)
                largestNear = prime
            } else {
                far.append(striker)
            }
        }
        struckPrimes = UInt64(struck)
        margin = Self.rounded(Int(largestNear))
        size = max(Self.rounded(Int(min(UInt64(bytes.count), Self.largestSegment))), margin)
        segment = [UInt8](repeating: .max, count: size + margin + Wheel.circumference)
        // The turns that are under way are ended as if there had been a segment before.
        near.advance(by: -size)
        near.strike(&segment, before: size)
        near.advance(by: size)
    }

    /// Counts the primes of the next segment, up to two milliseconds of work; nil after the last.
    mutating func next() -> UInt64? {
        guard !bytes.isEmpty else { return nil }
        beginSegment()
        Presieve.strike(&segment, size: size, segmentAt: bytes.lowerBound)
        for block in stride(from: 0, to: size, by: Self.block) {
            near.strike(&segment, before: min(block + Self.block, size))
        }
        near.advance(by: size)
        far.strikeAll(of: &segment, size: size, spare: size + margin)
        let count = min(bytes.count, size)
        defer { bytes = bytes.dropFirst(count) }
        return countPrimes(count)
    }

    /// Moves the margin to the front; the rest is as if nothing had been struck.
    private mutating func beginSegment() {
        let (size, margin) = (size, margin)
        var segment = segment.mutableSpan
        for byte in 0..<margin { segment[unchecked: byte] = segment[unchecked: size &+ byte] }
        for byte in margin..<size &+ margin { segment[unchecked: byte] = .max }
    }

    /// Counts the bits that are set in the first `count` bytes, of numbers in the range.
    private mutating func countPrimes(_ count: Int) -> UInt64 {
        if bytes.lowerBound == range.lowerBound / 30 {
            // The bit of 1, which is no prime, is the first of all.
            segment[0] &= ~Wheel.bits(before: max(Int(range.lowerBound % 30), bytes.lowerBound == 0 ? 2 : 0))
        }
        if count == bytes.count, range.upperBound % 30 > 0 {
            segment[count - 1] &= Wheel.bits(before: Int(range.upperBound % 30))
        }
        let words = count / 8
        let raw = segment.span.bytes
        var primes = 0
        for word in 0..<words {
            let bits = raw.unsafeLoadUnaligned(fromUncheckedByteOffset: word &* 8, as: UInt64.self)
            primes &+= bits.nonzeroBitCount
        }
        for byte in words * 8..<count { primes += segment[byte].nonzeroBitCount }
        return UInt64(primes)
    }

    private static func rounded(_ bytes: Int) -> Int { (bytes + 63) & ~63 }
}
