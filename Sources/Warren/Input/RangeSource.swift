/// A range of numbers as units. A fragment needs no payload: its identity says it all.
public struct RangeSource: FragmentSource {
    private let start: UInt64
    private let end: UInt64
    private let most: UInt64
    private var next: UInt64

    /// The numbers of `range`: unit *n* is the number *n*.
    ///
    /// - Parameter most: No fragment has more units than this: for jobs whose partials grow with them, and must fit
    ///   a message of the broker.
    public init(_ range: Range<UInt64>, atMost most: UInt64 = .max) {
        precondition(most > 0, "a fragment has a unit at least")
        self.most = most
        self.start = range.lowerBound
        self.end = range.upperBound
        self.next = range.lowerBound
    }

    public var firstUnit: UInt64 { start }

    public var unitCount: UInt64? { end - start }

    public var grain: UInt64 { 1 }

    public mutating func take(upTo count: UInt64, ready: @escaping @Sendable () -> Void) -> Supply {
        guard next < end else { return .exhausted }
        let from = next
        next += min(count, most, end - next)
        return .fragment(Fragment(range: from..<next))
    }

    public static func split(_ fragment: Fragment, at unit: UInt64) -> (Fragment, Fragment) {
        (
            Fragment(range: fragment.range.lowerBound..<unit),
            Fragment(range: unit..<fragment.range.upperBound)
        )
    }

    public static func units(of fragment: Fragment) -> Range<UInt64> { fragment.range }
}
