/// The multiples of a few primes, over the bytes after which they repeat: as many as the product of the primes.
struct SievePattern {
    /// How many bytes may be read from any offset on without starting over. A segment takes many of them.
    static let reach = 1024

    let primes: [UInt64]
    private let period: UInt64
    private let bytes: [UInt8]

    /// - Parameter primes: Few and small: it takes as many bytes as their product.
    init(_ primes: [UInt64]) {
        self.primes = primes
        period = primes.reduce(1, *)
        var bytes = [UInt8](repeating: .max, count: Int(period) + Self.reach)
        for prime in primes.map(Int.init) {
            for turn in stride(from: 0, to: bytes.count, by: prime) {
                Wheel.forEachSpoke { spoke in
                    let byte = turn + prime * spoke / Wheel.circumference
                    if byte < bytes.count { bytes[byte] &= ~Wheel.bit(of: prime * spoke) }
                }
            }
        }
        self.bytes = bytes
    }

    /// Where to read what belongs to a byte of the sieve.
    func offset(_ byte: UInt64) -> Int { Int(byte % period) }

    /// - Parameter offset: That of a byte, or less than ``reach`` beyond.
    @inline(__always)
    func bytes(at offset: Int) -> SIMD16<UInt8> {
        bytes.span.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD16<UInt8>.self)
    }
}
