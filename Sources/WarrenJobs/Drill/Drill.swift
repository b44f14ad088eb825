public import Warren

/// Does nothing useful for as long as it is told, and proves that each unit was counted once.
///
/// For trying out a cluster: spin or sleep, fail, or do nothing at all, which costs less than a microsecond a
/// fragment and so measures everything else.
public struct Drill: Job {
    public static let kind: JobKind = "drill"
    public static let summary = "does nothing for a while, and proves that nothing was lost"
    public static let isPure = true

    public struct Parameters: JobParameters {
        @Parameter("how many units there are, at most 10^12") public var units: UInt64 = 1000
        @Parameter("microseconds of computing for each unit") public var spin: UInt64 = 0
        @Parameter("microseconds of sleep for each unit") public var sleep: UInt64 = 0
        @Parameter("how costs differ: equal, rising, falling, log-normal or giants") public var shape =
            "equal"
        @Parameter("share of the units that fail at the first attempt, 0 to 1") public var fail = 0.0
        @Parameter("share of the units that crash at the first attempt, 0 to 1") public var crash = 0.0
        @Parameter("bytes that each fragment prints on standard output, where nobody wants them") public
            var noise = 0

        public init() {}
    }

    /// Up to here the sum of squares fits 128 bits, with all that is computed on the way.
    private static let limit: UInt64 = 1_000_000_000_000

    private let units: UInt64
    private let pastime: Pastime
    private let faults: FaultPlan
    private let crashes: FaultPlan
    private let noise: Int

    /// - Throws: ``WarrenError/Code/usage`` for more than 10¹² units, or a share that is none.
    public init(parameters: Parameters) throws {
        guard parameters.units <= Self.limit else {
            throw WarrenError(.usage, "units is \(parameters.units); give \(Self.limit) at most")
        }
        self.units = parameters.units
        guard let shape = CostShape(rawValue: parameters.shape) else {
            let known = CostShape.allCases.map(\.rawValue).joined(separator: ", ")
            throw WarrenError(.usage, "shape is “\(parameters.shape)”; there are \(known)")
        }
        self.pastime = Pastime(spin: parameters.spin, sleep: parameters.sleep, shape: shape, units: units)
        self.faults = try FaultPlan(share: parameters.fail)
        self.crashes = try FaultPlan(share: parameters.crash)
        self.noise = max(parameters.noise, 0)
    }

    public func source(for input: JobInput) -> RangeSource { RangeSource(0..<units) }

    public func run(_ range: Range<UInt64>, in context: FragmentContext) throws -> DrillSums {
        guard range.upperBound <= units else {
            throw WarrenError(.incompatible, "the units \(range) are not all among the first \(units)")
        }
        try pastime.spend(on: range, in: context)
        if noise > 0 { print(String(repeating: "~", count: noise)) }
        if context.attempt == 1, let unit = try crashes.firstFault(in: range, context) {
            fatalError("unit \(unit) crashes at the first attempt, as the drill was told (crash)")
        }
        if context.attempt == 1, let unit = try faults.firstFault(in: range, context) {
            throw WarrenError(.job, "unit \(unit) fails at the first attempt, as the drill was told (fail)")
        }
        return DrillSums(of: range)
    }

    public var identity: DrillSums { DrillSums() }

    public func merge(_ partial: DrillSums, into total: inout DrillSums) { total.add(partial) }

    /// - Throws: ``WarrenError/Code/job`` unless each unit was counted once.
    public func result(of total: DrillSums) throws -> DrillReport {
        let expected = DrillSums(of: 0..<units)
        guard total == expected else {
            throw WarrenError(.job, "the drill counted \(total), but it should be \(expected)")
        }
        return DrillReport(counted: total, expected: expected)
    }
}
