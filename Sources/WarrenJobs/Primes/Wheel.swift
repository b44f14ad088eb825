/// The numbers that neither 2 nor 3 nor 5 divides: eight of any thirty, so that a byte stands for thirty numbers.
///
/// The eight are the spokes of a wheel that rolls along the numbers (Pritchard, 1982), one bit each, in order.
enum Wheel {
    /// As many numbers as a byte stands for.
    static let circumference = 30
    /// How many of them have a bit.
    static let spokes = 8
    /// The primes that have none.
    static let primes: [UInt64] = [2, 3, 5]

    /// Calls `body` with each of the spokes below 30, as constants once it is inlined.
    @inline(__always)
    static func forEachSpoke(_ body: (Int) -> Void) {
        body(1)
        body(7)
        body(11)
        body(13)
        body(17)
        body(19)
        body(23)
        body(29)
    }

    /// Which of the spokes a number is on that has a bit.
    @inline(__always)
    static func index(of number: Int) -> Int { number % circumference &* spokes / circumference }

    @inline(__always)
    static func bit(of number: Int) -> UInt8 { 1 &<< UInt8(truncatingIfNeeded: index(of: number)) }

    /// The bits of a byte that stand for its numbers before the first `count`.
    static func bits(before count: Int) -> UInt8 {
        var bits: UInt8 = 0
        forEachSpoke { if $0 < count { bits |= bit(of: $0) } }
        return bits
    }
}
