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
                let cancellation = Cancellation()
                guard current.begin(number, cancellation) else { continue }
                let answer = answer(request, cancellation)
                guard answers.send(answer, isLast: !inbox.hasFrame) else { return }
            }
            let count = inbox.append { read(Self.work, $0.baseAddress, $0.count) }
            guard count > 0 || (count < 0 && errno == EINTR) else { return }
        }
    }

    private func answer(_ request: ExecutorRequest, _ cancellation: Cancellation) -> ExecutorAnswer {
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
        return job.attempt(Fragment(range: request.id.range, payload: request.payload), in: context)
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
