/// A prime at work, its multiples being struck out of a segment.
///
/// The multiples that have a bit are the prime times a spoke of the ``Wheel``, turn after turn. A turn of the prime
/// `30k + r` takes as many bytes as the prime is large, and for each spoke `s` strikes the byte `ks + rs / 30` of
/// them, in a bit that depends on `r` and `s` alone. So in a loop over primes of one `r` all bits are constants (as
/// in primesieve, Walisch).
struct Striker {
    let prime: UInt32
    /// Where the next turn begins, or the one that is under way: a byte, counted from the segment's first.
    private(set) var turn: Int32

    /// - Parameter first: The byte at which the segment begins.
    init(prime: UInt32, segmentAt first: UInt64) {
        self.prime = prime
        turn = -Int32(truncatingIfNeeded: first % UInt64(prime))
    }

    /// Strikes the turns that begin before `end`, each to its end.
    @inline(__always)
    mutating func strike(_ segment: inout MutableSpan<UInt8>, before end: Int, residue: Int) {
        let prime = Int(prime)
        let laps = prime / Wheel.circumference
        var next = Int(turn)
        while next < end {
            Wheel.forEachSpoke { spoke in
                let byte = next &+ Self.offset(laps: laps, residue: residue, spoke: spoke)
                segment[unchecked: byte] &= ~Wheel.bit(of: residue &* spoke)
            }
            next &+= prime
        }
        turn = Int32(truncatingIfNeeded: next)
    }

    /// Strikes what lies in the segment, then moves on to the next, as far away as `size`.
    ///
    /// Strokes before the segment and after it fall into bytes from `spare` on, of which there are thirty: cheaper
    /// than to foresee for each stroke whether it is the last.
    @inline(__always)
    mutating func strikeAll(
        of segment: inout MutableSpan<UInt8>,
        size: Int,
        spare: Int,
        residue: Int
    ) {
        let prime = Int(prime)
        let laps = prime / Wheel.circumference
        var next = Int(turn)
        var current = next
        repeat {
            Wheel.forEachSpoke { spoke in
                let byte = next &+ Self.offset(laps: laps, residue: residue, spoke: spoke)
                // What is negative is large without its sign. One spare byte for each spoke, lest strokes wait
                // for each other.
                let bounded = min(UInt(bitPattern: byte), UInt(bitPattern: spare &+ spoke))
                segment[unchecked: Int(bitPattern: bounded)] &= ~Wheel.bit(of: residue &* spoke)
            }
            current = next
            next &+= prime
        } while next < size
        turn = Int32(truncatingIfNeeded: current &- size)
    }

    /// Says that the segment now begins `count` bytes later.
    @inline(__always)
    mutating func advance(by count: Int) { turn &-= Int32(truncatingIfNeeded: count) }

    @inline(__always)
    private static func offset(laps: Int, residue: Int, spoke: Int) -> Int {
        laps &* spoke &+ residue &* spoke / Wheel.circumference
    }
}
