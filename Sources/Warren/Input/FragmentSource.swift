/// Cuts a job's input into runs of units, on demand, and finds the units again on the worker.
///
/// The instance lives on the submitter and hands out units in order; the static members are what the worker
/// and the splitting of a failed fragment need, from nothing but the fragment itself.
public protocol FragmentSource: Sendable {
    /// A run of units as the job's code sees it.
    associatedtype Units: Sendable

    /// The number of the first unit that it hands out: 0 unless it says otherwise.
    var firstUnit: UInt64 { get }

    /// How many units there are, if that is known before the last one was handed out.
    var unitCount: UInt64? { get }

    /// The number of units in the first fragments, before anything was measured, and the least worth sending
    /// on their own towards the end.
    var grain: UInt64 { get }

    /// Hands out the next units: at most `count` of them, and fewer if a fragment should end earlier.
    ///
    /// Never blocks. A source that must wait (for standard input, say) answers ``Supply/later`` and calls
    /// `ready` once when it is worth asking again.
    mutating func take(upTo count: UInt64, ready: @escaping @Sendable () -> Void) throws -> Supply

    /// Splits a fragment of two or more units in two, at a unit inside it.
    static func split(_ fragment: Fragment, at unit: UInt64) throws -> (Fragment, Fragment)

    /// Finds the units of a fragment, on the worker.
    ///
    /// - Throws: For a payload that this source did not write: it comes from the network, never trap on it.
    static func units(of fragment: Fragment) throws -> Units

    /// What a person would call the units of a fragment, such as a file and a place in it; nil for their numbers.
    static func describe(_ fragment: Fragment) -> String?
    /// The units of a fragment as they would be listed in a file of input, a line each; nil if they cannot be.
    static func items(of fragment: Fragment) -> [UInt8]?
}

extension FragmentSource {
    public var firstUnit: UInt64 { 0 }
    public static func describe(_ fragment: Fragment) -> String? { nil }
    public static func items(of fragment: Fragment) -> [UInt8]? { nil }
}

/// What a source hands out.
public enum Supply: Sendable {
    case fragment(Fragment)
    /// Nothing yet; the source calls when there is.
    case later
    /// All units have been handed out.
    case exhausted
}

/// A run of units as it travels: the run, and whatever the worker needs to find the units.
public struct Fragment: Sendable, Hashable {
    public let range: UnitRange
    public let payload: [UInt8]

    public init(range: UnitRange, payload: [UInt8] = []) {
        self.range = range
        self.payload = payload
    }
}
