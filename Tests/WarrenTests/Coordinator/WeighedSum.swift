@testable import Warren

/// A job whose partials are as large as they are told to be, and whose result shows any unit that was lost or counted
/// twice.
struct WeighedSum: Job {
    static let kind: JobKind = "weighed-sum"
    static let summary = "for tests"

    struct Parameters: JobParameters {
        var units: UInt64 = 100

        init() {}
    }

    struct Partial: Payload, Sendable {
        static let contentType = "application/octet-stream"

        var sum: UInt64 = 0
        var count: UInt64 = 0
        /// How many bytes it takes beside its numbers.
        var weight = 0

        init() {}

        init(of range: UnitRange, weight: Int) {
            for unit in range { sum += Self.value(of: unit) }
            count = range.unitCount
            self.weight = weight
        }

        static func value(of unit: UInt64) -> UInt64 { (unit + 1) * (unit + 1) }

        func encoded() -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.appendVarint(sum)
            bytes.appendVarint(count)
            return bytes + [UInt8](repeating: 7, count: weight)
        }

        init(decoding bytes: [UInt8]) throws {
            var reader = VarintReader(bytes)
            sum = try reader.next()
            count = try reader.next()
            weight = reader.remaining
            guard try reader.next(bytes: weight).allSatisfy({ $0 == 7 }) else {
                throw WarrenError(.incompatible, "not what was written")
            }
        }
    }

    let parameters: Parameters

    init(parameters: Parameters) { self.parameters = parameters }

    func source(for input: JobInput) -> RangeSource { RangeSource(0..<parameters.units) }
    func run(_ units: Range<UInt64>, in context: FragmentContext) -> Partial { Partial(of: units, weight: 0) }
    var identity: Partial { Partial() }

    func merge(_ partial: Partial, into total: inout Partial) {
        total.sum += partial.sum
        total.count += partial.count
    }

    func result(of total: Partial) -> [UInt64] { [total.sum, total.count] }
}
