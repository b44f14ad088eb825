#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Random numbers that can be had again (SplitMix64; Steele, Lea and Flood, 2014): the same seed gives the same
/// numbers on every machine.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    /// Of this run of the tests: it is printed, and `WARREN_SEED` sets it.
    package static let seed: UInt64 = {
        let given = getenv("WARREN_SEED").flatMap { UInt64(String(cString: $0)) }
        let seed = given ?? .random(in: 1...999_999_999)
        print("WARREN_SEED=\(seed)")
        return seed
    }()

    private var state: UInt64

    package init(seed: UInt64 = Self.seed) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A number below `bound`. The bias of the remainder is of no interest here, its speed in debug builds is.
    package mutating func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() % UInt64(bound)) }

    /// True once in `times`.
    package mutating func once(in times: Int) -> Bool { next() % UInt64(times) == 0 }

    package mutating func bytes(_ count: Int, from alphabet: [UInt8]) -> [UInt8] {
        (0..<count).map { _ in alphabet[below(alphabet.count)] }
    }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}
