import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How a drill spends its time.
struct Pastime: Sendable {
    /// The longest that it sleeps before it looks whether to go on.
    private static let slice = Duration.milliseconds(10)

    /// In microseconds for each unit.
    let spin: UInt64
    let sleep: UInt64
    /// How that differs from unit to unit.
    let shape: CostShape
    /// How many units there are.
    let units: UInt64

    /// Computes, then sleeps, for the time that all units of the range take together.
    func spend(on range: Range<UInt64>, in context: FragmentContext) throws {
        guard spin > 0 || sleep > 0 else { return }
        let factors = shape.factors(of: range, in: units)
        if spin > 0 {
            try wait(until: .now + Self.total(spin, factors), in: context) { _ in }
        }
        if sleep > 0 {
            try wait(until: .now + Self.total(sleep, factors), in: context) { left in
                let (seconds, attoseconds) = min(left, Self.slice).components
                var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
                // A signal may cut it short: the deadline decides.
                nanosleep(&time, nil)
            }
        }
    }

    private func wait(
        until deadline: ContinuousClock.Instant,
        in context: FragmentContext,
        _ pause: (Duration) -> Void
    ) throws {
        while true {
            try context.checkCancellation()
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return }
            pause(left)
        }
    }

    /// A century at most, so that no sum of times overflows.
    private static func total(_ microseconds: UInt64, _ factors: Double) -> Duration {
        let century = 100.0 * 366 * 86400
        return .nanoseconds(Int64(min(Double(microseconds) * factors / 1e6, century) * 1e9))
    }
}
