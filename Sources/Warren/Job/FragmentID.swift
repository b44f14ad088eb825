/// A run of units: `from..<to`, counted from the start of the job's input.
public typealias UnitRange = Range<UInt64>

extension UnitRange {
    /// How many units it covers.
    package var unitCount: UInt64 { upperBound - lowerBound }
}

/// A fragment's identity: the job, and the run of units that it covers.
///
/// On the wire it is `job/from-to`. There is no other number: a fragment that is sent again, by whomever, has
/// the same identity because it covers the same units.
public struct FragmentID: Hashable, Sendable, CustomStringConvertible {
    public let job: JobID
    public let range: UnitRange

    public init(job: JobID, range: UnitRange) {
        self.job = job
        self.range = range
    }

    /// Reads `job/from-to`; nil if it is anything else, or an empty run.
    public init?(_ bytes: some Sequence<UInt8>) {
        var job: [UInt8] = []
        var numbers: [UInt64] = []
        var digits = 0
        for byte in bytes {
            switch (byte, numbers.count) {
            case (UInt8(ascii: "/"), 0) where !job.isEmpty:
                numbers.append(0)
            case (_, 0):
                job.append(byte)
            case (UInt8(ascii: "-"), 1) where digits > 0:
                numbers.append(0)
                digits = 0
            case (UInt8(ascii: "0")...UInt8(ascii: "9"), let count):
                let (product, over) = numbers[count - 1].multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
                guard !over, !carry else { return nil }
                numbers[count - 1] = sum
                digits += 1
            default:
                return nil
            }
        }
        guard numbers.count == 2, digits > 0, numbers[0] < numbers[1], numbers[1] <= Int64.max,
            let job = JobID(bytes: job)
        else {
            return nil
        }
        self.init(job: job, range: numbers[0]..<numbers[1])
    }

    /// The wire form.
    package var bytes: [UInt8] { Array(description.utf8) }

    public var description: String { "\(job)/\(range.lowerBound)-\(range.upperBound)" }
}
