import Synchronization

/// The primes that a sieve has to strike out, found when they are first needed and kept for all fragments.
///
/// A submitter makes the job too and never needs them.
final class Divisors: Sendable {
    private let limit: UInt64
    private let found = Mutex<[UInt32]?>(nil)

    /// - Parameter bound: The sieve's end, at most 2⁶³.
    init(below bound: UInt64) {
        self.limit = Self.root(bound)
    }

    /// All odd primes up to the square root, in order. Several threads may ask: one computes, the others wait.
    func all() -> [UInt32] {
        found.withLock { found in
            if let found { return found }
            let primes = Self.primes(through: limit)
            found = primes
            return primes
        }
    }

    /// The largest number whose square is no larger than `number`.
    private static func root(_ number: UInt64) -> UInt64 {
        var root = UInt64(Double(number).squareRoot())
        while root * root > number { root -= 1 }
        while (root + 1) * (root + 1) <= number { root += 1 }
        return root
    }

    /// The sieve of Eratosthenes over odd numbers: at index `i` stands `2i + 1`.
    private static func primes(through limit: UInt64) -> [UInt32] {
        let count = Int(limit + 1) / 2
        var isComposite = [Bool](repeating: false, count: count)
        var primes: [UInt32] = []
        for index in 1..<max(count, 1) where !isComposite[index] {
            let prime = 2 * index + 1
            primes.append(UInt32(prime))
            for multiple in stride(from: 2 * index * (index + 1), to: count, by: prime) {
                isComposite[multiple] = true
            }
        }
        return primes
    }
}
