import AMQP

/// Runs a job in this process, without a broker: the same ledger, the same coding, threads for workers.
///
/// For development and tests, and for jobs that fit one machine. The result is the same as with a broker.
public enum LocalRunner {
    /// - Parameters:
    ///   - slots: Fragments at a time, each on a thread of its own.
    /// - Throws: ``JobFailure`` with the receipt if the job fails or is cancelled; ``WarrenError`` if it
    ///   cannot even begin.
    public static func run<J: Job>(
        _ type: J.Type,
        parameters: J.Parameters,
        input: JobInput = .none,
        policy: LedgerPolicy = LedgerPolicy(),
        slots: Int? = nil
    ) async throws -> JobResult<J.Output> {
        var options = JobOptions()
        options.policy = policy
        return try await run(
            type,
            encodedParameters: JSONCoding.encode(parameters),
            input: input,
            options: options,
            slots: slots ?? Processors.available(),
            observer: { _ in }
        )
    }

    /// The same for a job whose result is streamed.
    ///
    /// - Parameter write: Is given the bytes of the result in their order, on one thread, which waits for it.
    /// - Returns: The number of bytes of the result.
    public static func run<J: StreamedJob>(
        _ type: J.Type,
        parameters: J.Parameters,
        input: JobInput = .none,
        policy: LedgerPolicy = LedgerPolicy(),
        slots: Int? = nil,
        to write: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> JobResult<UInt64> {
        var options = JobOptions()
        options.policy = policy
        let job = try J(parameters: parameters)
        return try await run(
            job,
            reducer: StreamedReducer(job, from: job.source(for: input).firstUnit, to: FunctionSink(write)),
            encodedParameters: JSONCoding.encode(parameters),
            input: input,
            options: options,
            slots: slots ?? Processors.available(),
            observer: { _ in }
        )
    }

    package static func run<J: Job>(
        _ type: J.Type,
        encodedParameters: [UInt8],
        input: JobInput,
        options: JobOptions,
        slots: Int,
        observer: @escaping JobObserver
    ) async throws -> JobResult<J.Output> {
        let job = try J(parameters: JSONCoding.decode(J.Parameters.self, from: encodedParameters))
        return try await run(
            job,
            reducer: MergingReducer(job),
            encodedParameters: encodedParameters,
            input: input,
            options: options,
            slots: slots,
            observer: observer
        )
    }

    package static func run<J: Job, R: Reducer>(
        _ job: J,
        reducer: R,
        encodedParameters: [UInt8],
        input: JobInput,
        options: JobOptions,
        slots: Int,
        observer: @escaping JobObserver
    ) async throws -> JobResult<R.Output> where R.Partial == J.Partial {
        let prepared = try J.prepare(encodedParameters)
        var random = SystemRandomNumberGenerator()
        let id = JobID(milliseconds: wallClockMilliseconds(), using: &random)
        let mailbox = Mailbox<LocalEvent>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                do {
                    let run = try JobRun(
                        id: id,
                        job: job,
                        reducer: reducer,
                        parameters: encodedParameters,
                        input: input,
                        options: options,
                        now: .now,
                        ready: { mailbox.post(.sourceReady) },
                        folded: { mailbox.post(.folded($0, $1)) },
                        completion: { continuation.resume(with: $0) }
                    )
                    let loop = LocalLoop(
                        underWay: run,
                        job: prepared,
                        slots: slots,
                        mailbox: mailbox,
                        observer: observer
                    )
                    Thread.start("warren-run") {
                        var loop = loop
                        loop.run()
                    }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            mailbox.post(.cancel)
        }
    }
}

enum LocalEvent: Sendable {
    case reply(ReplyMessage)
    case sourceReady
    case folded(UnitRange, (any Error)?)
    case cancel
}
