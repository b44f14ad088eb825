import AMQP
import CProcess

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A job with its parameters, ready to run fragments, whatever its type.
protocol PreparedJob: Sendable {
    /// Runs one fragment and encodes its partial.
    func run(_ fragment: Fragment, in context: FragmentContext) throws -> [UInt8]
    /// For fragments whose partials are merged before they leave.
    func makeTotal() -> any PartialTotal
}

/// The partials of fragments that ran one after the other, merged.
protocol PartialTotal {
    /// Runs one fragment and merges its partial; what is returned is the partial of one that ran in part only, and is not
    /// merged.
    mutating func run(_ fragment: Fragment, in context: FragmentContext) throws -> [UInt8]
    func encoded() throws -> [UInt8]
}

private struct TypedJob<J: Job>: PreparedJob {
    let job: J

    func run(_ fragment: Fragment, in context: FragmentContext) throws -> [UInt8] {
        try job.run(J.Source.units(of: fragment), in: context).encoded()
    }

    func makeTotal() -> any PartialTotal { TypedTotal(job: job, total: job.identity) }
}

private struct TypedTotal<J: Job>: PartialTotal {
    let job: J
    var total: J.Partial

    mutating func run(_ fragment: Fragment, in context: FragmentContext) throws -> [UInt8] {
        let partial = try job.run(J.Source.units(of: fragment), in: context)
        let notes = context.notes.content
        guard notes.failed.isEmpty, notes.rest.isEmpty else { return try partial.encoded() }
        job.merge(partial, into: &total)
        return []
    }

    func encoded() throws -> [UInt8] { try total.encoded() }
}

extension Job {
    /// - Throws: Whatever is wrong with the parameters.
    static func prepare(_ parameters: [UInt8]) throws -> any PreparedJob {
        TypedJob(job: try Self(parameters: JSONCoding.decode(Parameters.self, from: parameters)))
    }
}

extension PreparedJob {
    /// Runs one fragment on this thread, to whatever outcome it has.
    func attempt(_ fragment: Fragment, in context: FragmentContext) -> ExecutorAnswer {
        ExecutorAnswer(in: context) { try run(fragment, in: context) }
    }
}

extension PartialTotal {
    /// The same with the partial kept.
    mutating func attempt(_ fragment: Fragment, in context: FragmentContext) -> ExecutorAnswer {
        ExecutorAnswer(in: context) { try run(fragment, in: context) }
    }
}

extension ExecutorAnswer {
    /// What comes of running a fragment.
    fileprivate init(in context: FragmentContext, _ run: () throws -> [UInt8]) {
        var cost = AttemptCost(started: Double(wallClockMilliseconds()) / 1000)
        let (began, used) = (Instant.now, ThreadUsage.now)
        let result = Result { try run() }
        let usage = ThreadUsage.now
        let notes = context.notes.content
        cost.seconds = (Instant.now - began).seconds
        cost.cpuSeconds = usage.cpuSeconds - used.cpuSeconds + notes.cpuSeconds
        // A program's peak is of more interest than that of the process which started it.
        cost.peakMemory = notes.peakMemory > 0 ? notes.peakMemory : usage.peakMemory
        switch result {
        case .success(let body) where notes.failed.isEmpty && notes.rest.isEmpty:
            self.init(.done(seconds: cost.seconds), cost: cost, body: body)
        case .success(let body):
            let success = LedgerEvent.PartialSuccess(
                seconds: cost.seconds,
                failed: notes.failed,
                rest: notes.rest
            )
            self.init(.partly(success), cost: cost, body: body)
        case .failure where context.isCancelled:
            self.init(.dropped, cost: cost)
        case .failure(let error):
            self.init(.failed(AttemptFailure(error)), cost: cost)
        }
    }
}

extension AttemptFailure {
    /// What an error means that a job's code threw.
    init(_ error: any Error) {
        if let error = error as? AttemptError {
            self = error.failure
        } else {
            self.init((error as? WarrenError)?.code == .input ? .input : .error, "\(error)")
        }
    }
}

/// A failure of which the cause is known.
struct AttemptError: Error {
    let failure: AttemptFailure
}

/// What a thread has used so far. Costs a system call, half a microsecond.
private struct ThreadUsage {
    let cpuSeconds: Double
    /// Of the whole process, in bytes.
    let peakMemory: UInt64

    static var now: ThreadUsage {
        var usage = rusage()
        _ = warren_thread_usage(&usage)
        return ThreadUsage(cpuSeconds: usage.cpuSeconds, peakMemory: usage.peakMemory)
    }
}

extension rusage {
    var cpuSeconds: Double {
        Double(ru_utime.tv_sec + ru_stime.tv_sec) + Double(ru_utime.tv_usec + ru_stime.tv_usec) * 1e-6
    }

    /// In bytes; the system counts in kilobytes on Linux.
    var peakMemory: UInt64 {
        #if os(Linux)
            UInt64(max(ru_maxrss, 0)) << 10
        #else
            UInt64(max(ru_maxrss, 0))
        #endif
    }
}
