package import AMQP

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs jobs through a broker: publishes their fragments, folds what workers answer.
///
/// One per process is enough, whatever the number of jobs: it has one address, constant for its life, and one
/// reply queue, fresh on each connection. Its state belongs to one thread, which handles events in batches.
public final class Coordinator: Sendable {
    let pool: Pool
    let store: PayloadStore?
    /// The routing key of everything that is sent to this process.
    let address: ShortString
    let mailbox = Mailbox<CoordinatorEvent>()
    let connections: Connections
    /// How payloads go to the workers that ask for them.
    let bodies: BodySender
    private let version = Monitor<String?>(nil)

    /// The broker's own version, such as `3.10.8`, as it said when the connection came up.
    package var brokerVersion: String? { version.withLock { $0 } }

    /// Replies come on one connection and fragments leave on another: a broker that is short of memory blocks
    /// those that publish. The third declares, and asks how many consumers there are.
    struct Connections: Sendable {
        let replies: AMQPConnection
        let publisher: AMQPConnection
        let control: AMQPConnection
    }

    /// Connects to the broker and declares what is needed.
    ///
    /// - Parameters:
    ///   - endpoint: The broker.
    ///   - pool: The workers to use.
    ///   - store: Where large payloads and partials lie.
    /// - Throws: ``AMQPError`` if the broker cannot be reached or refuses. Once this has returned, a lost
    ///   connection is restored, for ever.
    package static func connect(
        to endpoint: AMQPEndpoint,
        pool: Pool = .default,
        store: PayloadStore? = nil
    ) async throws -> Coordinator {
        let coordinator = Coordinator(to: endpoint, pool: pool, store: store)
        let outcome: Result<Void, AMQPError> = await withCheckedContinuation { continuation in
            Thread.start("warren-coord", stackSize: 8 << 20) {
                var loop = CoordinatorLoop(coordinator) { continuation.resume(returning: $0) }
                loop.run()
            }
        }
        try outcome.mapError(AccountRole.submitter.explain).get()
        return coordinator
    }

    private init(to endpoint: AMQPEndpoint, pool: Pool, store: PayloadStore?) {
        var random = SystemRandomNumberGenerator()
        let host = hostName().prefix(60)
        let address = ShortString("\(host).\(getpid()).\(String(random.next(), radix: 36))")
        self.pool = pool
        self.store = store
        self.address = address
        let mailbox = mailbox
        let name = "warren submit \(host).\(getpid())"
        connections = Connections(
            replies: AMQPConnection(
                to: endpoint,
                name: "\(name) replies",
                setUp: { session throws(AMQPError) in
                    try Topology.consumeReplies(to: address, on: &session)
                },
                events: { mailbox.post(.amqp(.replies, $0)) }
            ),
            publisher: AMQPConnection(
                to: endpoint,
                name: "\(name) fragments",
                events: { events in
                    // Nobody waits for a confirm: it is only needed to tell what has vanished.
                    let isNews = events.contains { if case .confirmed = $0 { false } else { true } }
                    if isNews {
                        mailbox.post(.amqp(.publisher, events))
                    } else {
                        mailbox.leave(.amqp(.publisher, events))
                    }
                }
            ),
            control: AMQPConnection(
                to: endpoint,
                name: "\(name) control",
                setUp: { [version] session throws(AMQPError) in
                    let broker = session.brokerVersion
                    version.withLock { $0 = broker }
                    try Topology.declare(pool, on: &session)
                    try AccountRole.submitter.checkPublishing(on: session)
                },
                events: { mailbox.post(.amqp(.control, $0)) }
            )
        )
        bodies = BodySender(connections.publisher, to: WireNames.Exchange.workers)
    }

    /// Runs a job and waits for its result.
    ///
    /// Cancelling the task cancels the job: workers drop what they have of it.
    /// - Parameters:
    ///   - parameters: All parameters of the job.
    ///   - policy: What the requester wants otherwise than by default.
    ///   - timeLimit: How long an attempt may take before its executor is ended; nil for as long as it likes.
    /// - Throws: ``JobFailure`` with the receipt if the job fails or is cancelled; ``WarrenError`` if it
    ///   cannot even begin.
    public func submit<J: Job>(
        _ type: J.Type,
        parameters: J.Parameters,
        input: JobInput = .none,
        policy: LedgerPolicy = LedgerPolicy(),
        timeLimit: Duration? = nil
    ) async throws -> JobResult<J.Output> {
        var options = JobOptions()
        options.policy = policy
        options.timeLimit = timeLimit
        return try await submit(
            type,
            encodedParameters: JSONCoding.encode(parameters),
            input: input,
            options: options,
            observer: { _ in }
        )
    }

    /// The same for a job whose result is streamed.
    ///
    /// - Parameter write: Is given the bytes of the result in their order, on one thread, which waits for it.
    /// - Returns: The number of bytes of the result.
    public func submit<J: StreamedJob>(
        _ type: J.Type,
        parameters: J.Parameters,
        input: JobInput = .none,
        policy: LedgerPolicy = LedgerPolicy(),
        timeLimit: Duration? = nil,
        to write: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> JobResult<UInt64> {
        var options = JobOptions()
        options.policy = policy
        options.timeLimit = timeLimit
        let job = try J(parameters: parameters)
        return try await submit(
            job,
            reducer: StreamedReducer(job, from: job.source(for: input).firstUnit, to: FunctionSink(write)),
            encodedParameters: JSONCoding.encode(parameters),
            input: input,
            options: options,
            observer: { _ in }
        )
    }

    package func submit<J: Job>(
        _ type: J.Type,
        encodedParameters: [UInt8],
        input: JobInput,
        options: JobOptions,
        observer: @escaping JobObserver
    ) async throws -> JobResult<J.Output> {
        let job = try J(parameters: JSONCoding.decode(J.Parameters.self, from: encodedParameters))
        return try await submit(
            job,
            reducer: MergingReducer(job),
            encodedParameters: encodedParameters,
            input: input,
            options: options,
            observer: observer
        )
    }

    package func submit<J: Job, R: Reducer>(
        _ job: J,
        reducer: R,
        encodedParameters: [UInt8],
        input: JobInput,
        options: JobOptions,
        observer: @escaping JobObserver
    ) async throws -> JobResult<R.Output> where R.Partial == J.Partial {
        // They travel in a header, and a broker takes no more than 128 KiB of headers.
        guard encodedParameters.count <= 64 << 10 else {
            throw WarrenError(
                .usage,
                "the parameters of \(J.kind) take \(encodedParameters.count) bytes as JSON; 65,536 is the most"
            )
        }
        var random = SystemRandomNumberGenerator()
        let id = JobID(milliseconds: wallClockMilliseconds(), using: &random)
        let mailbox = mailbox
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
                        ready: { mailbox.post(.sourceReady(id)) },
                        folded: { mailbox.post(.folded(id, $0, $1)) },
                        completion: { continuation.resume(with: $0) }
                    )
                    mailbox.post(.submit(run, observer))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            mailbox.post(.cancel(id))
        }
    }

    /// Closes the connections. Jobs that still run end as cancelled, without telling the workers.
    public func close() async {
        await withCheckedContinuation { continuation in
            mailbox.post(.close { continuation.resume() })
        }
        await connections.publisher.close()
        await connections.replies.close()
        await connections.control.close()
    }
}

/// What reaches the coordinator's thread.
enum CoordinatorEvent: Sendable {
    case amqp(CoordinatorConnection, [AMQPEvent])
    case submit(any RunningJob, JobObserver)
    case sourceReady(JobID)
    /// Another thread has folded the partial of a fragment of a job, or found that it is none.
    case folded(JobID, UnitRange, (any Error)?)
    case cancel(JobID)
    case queue(LedgerEvent.QueueState)
    case close(@Sendable () -> Void)
}

enum CoordinatorConnection: Sendable, CaseIterable { case replies, publisher, control }
