/// Whether a number is prime, by a method that has nothing in common with a sieve.
enum MillerRabin {
    /// These witnesses leave no doubt below 2⁶⁴ (Sorenson and Webster, 2015).
    private static let witnesses: [UInt64] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]

    static func isPrime(_ number: UInt64) -> Bool {
        guard number > 1 else { return false }
        for witness in witnesses where number % witness == 0 { return number == witness }
        let twos = (number - 1).trailingZeroBitCount
        return witnesses.allSatisfy { witness in
            var value = power(witness, (number - 1) >> twos, modulo: number)
            if value == 1 { return true }
            for _ in 0..<twos {
                if value == number - 1 { return true }
                value = product(value, value, modulo: number)
            }
            return false
        }
    }

    private static func power(_ base: UInt64, _ exponent: UInt64, modulo: UInt64) -> UInt64 {
        var (result, base, exponent): (UInt64, UInt64, UInt64) = (1, base, exponent)
        while exponent > 0 {
            if exponent % 2 == 1 { result = product(result, base, modulo: modulo) }
            base = product(base, base, modulo: modulo)
            exponent /= 2
        }
        return result
    }

    private static func product(_ first: UInt64, _ second: UInt64, modulo: UInt64) -> UInt64 {
        modulo.dividingFullWidth(first.multipliedFullWidth(by: second)).remainder
    }
}
