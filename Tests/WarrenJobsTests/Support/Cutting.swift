import TestSupport

@testable import Warren

/// Runs jobs in this process, cutting their input at random as a ledger never would.
struct Cutting {
    var random = SeededRandom()

    /// The result of the whole input as one fragment.
    static func whole<J: Job>(_ job: J, on input: JobInput) throws -> J.Output {
        var source = try job.source(for: input)
        var total = job.identity
        while case .fragment(let fragment) = try source.take(upTo: .max, ready: {}) {
            job.merge(try run(job, fragment), into: &total)
        }
        return try job.result(of: total)
    }

    /// The result of fragments of up to `largest` units, some of them split again, each partial sent through its
    /// bytes, merged in random order and in random groups.
    mutating func pieces<J: Job>(_ job: J, on input: JobInput, largest: UInt64) throws -> J.Output {
        var source = try job.source(for: input)
        var partials = [job.identity]
        while case .fragment(let fragment) = try source.take(upTo: size(largest), ready: {}) {
            for piece in try split(fragment, J.Source.self) {
                partials.append(try J.Partial(decoding: Self.run(job, piece).encoded()))
            }
        }
        while partials.count > 1 {
            let partial = partials.remove(at: Int.random(in: 0..<partials.count, using: &random))
            let into = Int.random(in: 0..<partials.count, using: &random)
            job.merge(partial, into: &partials[into])
        }
        return try job.result(of: partials[0])
    }

    static func context(
        _ range: UnitRange = 0..<1,
        attempt: Int = 2,
        cancellation: Cancellation = Cancellation()
    ) -> FragmentContext {
        var random = SeededRandom()
        let id = FragmentID(job: JobID(milliseconds: 0, using: &random), range: range)
        return FragmentContext(id: id, attempt: attempt, worker: "test", cancellation: cancellation)
    }

    private static func run<J: Job>(_ job: J, _ fragment: Fragment) throws -> J.Partial {
        try job.run(J.Source.units(of: fragment), in: context(fragment.range))
    }

    private mutating func size(_ largest: UInt64) -> UInt64 { .random(in: 1...largest, using: &random) }

    private mutating func split<Source: FragmentSource>(
        _ fragment: Fragment,
        _ source: Source.Type
    ) throws -> [Fragment] {
        let range = fragment.range
        guard range.count > 1, Bool.random(using: &random) else { return [fragment] }
        let unit = UInt64.random(in: range.lowerBound + 1..<range.upperBound, using: &random)
        let (first, second) = try Source.split(fragment, at: unit)
        return try split(first, source) + split(second, source)
    }
}
