/// What ``Pi`` found.
public struct PiEstimate: Hashable, Sendable, Encodable, CustomStringConvertible {
    /// The number of random points.
    public let samples: UInt64
    /// How many of them lie in the circle.
    public let inside: UInt64
    /// Four times their share.
    public let estimate: Double

    init(samples: UInt64, inside: UInt64) {
        self.samples = samples
        self.inside = inside
        self.estimate = 4 * Double(inside) / Double(samples)
    }

    public var description: String { "\(estimate) (\(inside) of \(samples) points inside the circle)" }
}
