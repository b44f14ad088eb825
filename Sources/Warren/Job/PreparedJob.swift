/// A job with its parameters, ready to run fragments, whatever its type.
protocol PreparedJob: Sendable {
    /// Runs one fragment and encodes its partial.
    func run(_ fragment: Fragment, in context: FragmentContext) throws -> [UInt8]
}

private struct TypedJob<J: Job>: PreparedJob {
    let job: J

    func run(_ fragment: Fragment, in context: FragmentContext) throws -> [UInt8] {
        try job.run(J.Source.units(of: fragment), in: context).encoded()
    }
}

extension Job {
    /// - Throws: Whatever is wrong with the parameters.
    static func prepare(_ parameters: [UInt8]) throws -> any PreparedJob {
        TypedJob(job: try Self(parameters: JSONCoding.decode(Parameters.self, from: parameters)))
    }
}
