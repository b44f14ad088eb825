/// A random number generator without state: each block of 128 random bits is a function of its number.
///
/// Philox 4×32 with 10 rounds, from Salmon, Moraes, Dror and Shaw, “Parallel random numbers: as easy as 1, 2, 3”
/// (SC ’11). It passes BigCrush, and any block can be had without those before it.
struct Philox4x32: Sendable {
    private static let rounds = 10

    private let key: SIMD2<UInt32>

    init(key: SIMD2<UInt32>) {
        self.key = key
    }

    init(seed: UInt64) {
        self.init(key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    }

    @inline(__always)
    func block(_ number: UInt64) -> SIMD4<UInt32> {
        block(SIMD4(UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32), 0, 0))
    }

    /// Costs a few nanoseconds.
    @inline(__always)
    func block(_ counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
        var (a, b, c, d) = (counter[0], counter[1], counter[2], counter[3])
        var (left, right) = (key[0], key[1])
        for _ in 0..<Self.rounds {
            let first = UInt64(a) &* 0xD251_1F53
            let second = UInt64(c) &* 0xCD9E_8D57
            (a, b, c, d) = (
                UInt32(truncatingIfNeeded: second >> 32) ^ b ^ left, UInt32(truncatingIfNeeded: second),
                UInt32(truncatingIfNeeded: first >> 32) ^ d ^ right, UInt32(truncatingIfNeeded: first)
            )
            left &+= 0x9E37_79B9
            right &+= 0xBB67_AE85
        }
        return SIMD4(a, b, c, d)
    }
}
