import AMQP
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What an executor does: reads fragments from its worker, runs them one after the other, answers each.
///
/// Its descriptors are the worker's doing: 3 for fragments and answers, 4 for cancellations and, by its end, for
/// noticing that the worker is gone. Standard output and standard error are the same pipe, so nothing that a job
/// prints gets between the frames.
package struct ExecutorService: ~Copyable {
    private static let work: CInt = 3
    private static let control: CInt = 4

    private let jobs: JobCatalog
    private let worker: String
    private let memoryLimit: UInt64?
    private let prepared = PreparedJobs()
    private let current = Current()
    private var inbox = FrameInbox()
    private let answers = AnswerOutbox(descriptor: Self.work)
    private var kept: Kept?

    /// What has run of a job whose partials are large, and has not left: bounded by ``most``.
    private struct Kept {
        /// No more fragments than this are answered together.
        static let most = 8
        /// After one that took so long, in seconds, nothing waits for the next.
        static let long = 2.0

        let job: JobID
        var total: any PartialTotal
        var count = 0
    }

    /// The fragment that runs now, for the thread that listens to the worker.
    private final class Current: Sendable {
        private struct State: Sendable {
            var number: UInt64 = 0
            var cancellation: Cancellation?
            /// Cancelled before they began.
            var early: Set<UInt64> = []
            /// To be left, since the worker wants them back: none up to this one is begun any more.
            var withdrawn: UInt64 = 0
        }

        private let state = Mutex(State())

        /// - Returns: False if the worker has it back.
        func begin(_ number: UInt64, _ cancellation: Cancellation) -> Bool {
            let (begins, isCancelled) = state.withLock { state in
                let isCancelled = state.early.remove(number) != nil
                guard number > state.withdrawn else { return (false, isCancelled) }
                state.number = number
                state.cancellation = cancellation
                return (true, isCancelled)
            }
            if isCancelled { cancellation.cancel() }
            return begins
        }

        /// Those up to `last` that have not begun, which from now on never will; nil if there are none.
        func withdraw(upTo last: UInt64) -> ClosedRange<UInt64>? {
            state.withLock { state in
                let first = max(state.number, state.withdrawn) + 1
                guard first <= last else { return nil }
                state.withdrawn = last
                return first...last
            }
        }

        func cancel(_ number: UInt64) {
            let cancellation = state.withLock { state -> Cancellation? in
                if number > state.number { state.early.insert(number) }
                return number == state.number ? state.cancellation : nil
            }
            cancellation?.cancel()
        }
    }

    /// Runs fragments until the worker is gone, and with it ends.
    package static func run(jobs: JobCatalog, worker: String, memoryLimit: UInt64?) -> Never {
        do {
            var service = ExecutorService(jobs: jobs, worker: worker, memoryLimit: memoryLimit)
            service.serve()
        }
        ProcessGroups.shared.killAllAndExit(0)
    }

    private init(jobs: JobCatalog, worker: String, memoryLimit: UInt64?) {
        self.jobs = jobs
        self.worker = worker
        self.memoryLimit = memoryLimit
    }

    private mutating func serve() {
        for descriptor in [Self.work, Self.control] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        signal(SIGPIPE, SIG_IGN)
        // Ctrl-C is for the worker, which decides what becomes of us.
        signal(SIGINT, SIG_IGN)
        let (current, answers) = (current, answers)
        Thread.start("warren-lifeline", stackSize: 256 << 10) { Self.listen(current, answers) }
        ProcessGroups.shared.observe { group in
            var message = Int32(group).littleEndian
            _ = write(Self.control, &message, 4)
        }
        // The first frame only says that we are here.
        guard answers.send(.ready) else { return }
        var number: UInt64 = 0
        while true {
            while let frame = inbox.next() {
                number += 1
                // A frame that makes no sense is as good as the end.
                guard let request = ExecutorRequest(frame) else { return }
                if kept?.job != request.id.job || !request.mayMerge { guard sendKept() else { return } }
                let cancellation = Cancellation()
                guard current.begin(number, cancellation) else { continue }
                let answer = answer(request, cancellation)
                if request.mayMerge, case .done = answer.outcome {
                    guard keep(answer) else { return }
                } else {
                    guard answers.send(answer, isLast: !inbox.hasFrame) else { return }
                }
            }
            guard sendKept() else { return }
            let count = inbox.append { read(Self.work, $0.baseAddress, $0.count) }
            guard count > 0 || (count < 0 && errno == EINTR) else { return }
        }
    }

    private mutating func answer(_ request: ExecutorRequest, _ cancellation: Cancellation) -> ExecutorAnswer {
        let job: any PreparedJob
        do {
            job = try prepared.job(request.kind, request.parameters, in: jobs)
        } catch {
            return ExecutorAnswer(.refused("\(error)"))
        }
        let context = FragmentContext(
            id: request.id,
            attempt: request.attempt,
            worker: worker,
            timeLimit: request.timeLimit,
            memoryLimit: memoryLimit,
            cancellation: cancellation
        )
        let fragment = Fragment(range: request.id.range, payload: request.payload)
        guard request.mayMerge else { return job.attempt(fragment, in: context) }
        var total = kept?.total ?? job.makeTotal()
        let count = kept?.count ?? 0
        // Not held twice, or merging would copy it.
        kept = nil
        let answer = total.attempt(fragment, in: context)
        kept = Kept(job: request.id.job, total: total, count: count)
        return answer
    }

    /// A fragment has run whose partial is in the total.
    ///
    /// - Returns: False if the worker is gone.
    private mutating func keep(_ answer: ExecutorAnswer) -> Bool {
        kept?.count += 1
        guard answers.send(.kept(answer.cost)) else { return false }
        let isFull = (kept?.count ?? 0) >= Kept.most || answer.cost.seconds >= Kept.long
        return isFull || !inbox.hasFrame ? sendKept() : true
    }

    /// Answers all that was kept.
    ///
    /// - Returns: False if the worker is gone.
    private mutating func sendKept() -> Bool {
        defer { kept = nil }
        guard let kept, kept.count > 0 else { return true }
        do {
            return answers.send(.total(ExecutorAnswer(.done(seconds: 0), body: try kept.total.encoded())))
        } catch {
            return answers.send(.total(ExecutorAnswer(.failed(AttemptFailure(error)))))
        }
    }

    /// The lifeline: when its other end is gone the worker is, and nobody waits for anything here.
    private static func listen(_ current: Current, _ answers: AnswerOutbox) {
        while true {
            var polled = [
                pollfd(fd: control, events: Int16(POLLIN), revents: 0),
                pollfd(fd: answers.wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let patience = CInt(AnswerOutbox.patience.nanoseconds / 1_000_000)
            let count = poll(&polled, 2, answers.isBatching ? patience : -1)
            if polled[1].revents != 0 { answers.wakeUp.clear() }
            if count == 0 { answers.flush() }
            guard polled[0].revents != 0 else { continue }
            var order: UInt64 = 0
            let length = read(control, &order, 8)
            if length == 8 {
                switch ExecutorOrder(rawValue: UInt64(littleEndian: order)) {
                case .cancel(let number): current.cancel(number)
                case .withdraw(let last):
                    guard let numbers = current.withdraw(upTo: last) else { continue }
                    answers.send(.withdrawn(numbers))
                }
            } else if length >= 0 || errno != EINTR {
                ProcessGroups.shared.killAllAndExit(0)
            }
        }
    }
}
