#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Random numbers that can be had again: the seed is printed, and `WARREN_SEED` sets it (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    static let seed: UInt64 = {
        let given = getenv("WARREN_SEED").flatMap { UInt64(String(cString: $0)) }
        let seed = given ?? .random(in: 1...999_999_999)
        print("WARREN_SEED=\(seed)")
        return seed
    }()

    private var state = Self.seed

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func bytes(_ count: Int, from alphabet: [UInt8]) -> [UInt8] {
        (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &self)] }
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}
