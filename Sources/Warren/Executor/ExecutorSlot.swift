import AMQP
import DequeModule

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the thread of a slot does if fragments run in executors: keeps one running, hands it fragments, takes its
/// answers, and ends it when a fragment breaks a rule.
struct ExecutorSlot: ~Copyable {
    /// How long a cancelled fragment may take to leave by itself.
    private static let cancelGrace: Duration = .milliseconds(500)
    /// The same for one that has run out of time.
    private static let timeoutGrace: Duration = .seconds(2)
    /// The supervisor of a program keeps the limit itself; this is for one that does not.
    private static let supervisorGrace: Duration = .seconds(5)
    /// How often the memory of an executor is looked at, if that is limited.
    private static let sample: Duration = .milliseconds(100)
    /// How long a fragment may run before those behind it are for other slots, if one of them is idle.
    private static let hoarding: Duration = .milliseconds(2)
    /// Before another executor is started in place of one that could not be.
    private static let restartDelay: Duration = .seconds(1)

    private struct InFlight {
        let delivery: Delivery
        let fragment: FragmentMessage
        let cancellation: Cancellation
        /// The number that the executor knows it by.
        let number: UInt64
        /// Whether the executor has been told that nobody waits for it any more.
        var isCancelled = false
    }

    /// Why the fragment that runs is to end, and when it is made to.
    private struct Stop {
        enum Reason {
            case cancelled
            case failed(AttemptFailure)
        }

        let reason: Reason
        let killAt: Instant
        var isKilled = false
    }

    private let worker: Worker
    private let setup: ExecutorSetup
    private let number: Int
    private let wakeUp = WakeUp()
    /// What the executor has, the first of which it runs; the others wait there so that it need not.
    private var inFlight = Deque<InFlight>()
    /// What has run, and waits in the executor for its partial to be merged with the next.
    private var kept: [(fragment: InFlight, cost: AttemptCost)] = []
    private var sent: UInt64 = 0
    /// Since when the first one runs, or its latest program.
    private var since = Instant.now
    private var stop: Stop?
    /// Whether the executor has been asked to leave what it has not begun.
    private var isWithdrawing = false

    init(_ worker: Worker, setup: ExecutorSetup, number: Int) {
        self.worker = worker
        self.setup = setup
        self.number = number
    }

    mutating func run() {
        while true {
            do throws(SpawnError) {
                var executor = try ExecutorProcess(
                    setup,
                    worker: worker.configuration.name,
                    number: number,
                    memoryLimit: worker.configuration.memoryLimit
                )
                sent = 0
                guard serve(&executor) else { return }
                // One that ended before it had begun is going to do so again.
                guard !executor.isReady else { continue }
                worker.observer(.executorFailed("it ended at once: \(executor.tail.lastLines())"))
            } catch {
                worker.observer(.executorFailed("\(error)"))
            }
            guard pause() else { return }
        }
    }

    /// Waits before an executor is started once more.
    ///
    /// - Returns: False once the worker has ended.
    private func pause() -> Bool {
        let end = Instant.now + Self.restartDelay
        while true {
            let (number, wakeUp) = (number, wakeUp)
            let step = worker.queue.withLock { $0.next(for: number, wakeUp, isBusy: false, mayTake: false) }
            if case .stop = step { return false }
            let left = end - .now
            guard left > .zero else { return true }
            var descriptor = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&descriptor, 1, CInt(left.nanoseconds / 1_000_000) + 1)
            wakeUp.clear()
        }
    }

    /// Keeps an executor busy until it ends or is to be replaced.
    ///
    /// - Returns: False once the worker has ended.
    private mutating func serve(_ executor: inout ExecutorProcess) -> Bool {
        while true {
            let isRetiring = isRetiring(executor)
            if isRetiring, inFlight.isEmpty, kept.isEmpty { return true }
            guard feed(&executor, mayTake: executor.isReady && !isRetiring) else { return false }
            executor.flush()
            guard wait(&executor) else {
                died(&executor)
                return true
            }
            enforce(&executor, at: .now)
        }
    }

    private func isRetiring(_ executor: borrowing ExecutorProcess) -> Bool {
        if let limit = setup.fragmentLimit, executor.answered >= limit { return true }
        guard let limit = setup.growthLimit, let first = executor.firstPeak else { return false }
        return executor.peakMemory >= first + limit
    }

    // MARK: fragments

    /// Gives the executor what it may have.
    ///
    /// - Returns: False once the worker has ended.
    private mutating func feed(_ executor: inout ExecutorProcess, mayTake: Bool) -> Bool {
        // Behind what runs for long, nothing more is put.
        let isLong = !inFlight.isEmpty && since + Self.hoarding <= .now
        while true {
            let (number, wakeUp, count) = (number, wakeUp, inFlight.count)
            let step = worker.queue.withLock { queue in
                let hasRoom = count < queue.lookahead && !isLong
                return queue.next(for: number, wakeUp, isBusy: count > 0, mayTake: mayTake && hasRoom)
            }
            switch step {
            case nil: return true
            case .stop?: return false
            case .probe(let address)?: worker.probe(address)
            case .run(let delivery)?:
                guard
                    let (fragment, cancellation) = worker.admit(
                        delivery,
                        wakingUp: wakeUp,
                        isAhead: count > 0
                    )
                else {
                    continue
                }
                if inFlight.isEmpty { since = .now }
                sent += 1
                let next = InFlight(
                    delivery: delivery,
                    fragment: fragment,
                    cancellation: cancellation,
                    number: sent
                )
                inFlight.append(next)
                executor.send(ExecutorRequest(fragment))
            }
        }
    }

    /// - Returns: False if the executor has ended.
    private mutating func wait(_ executor: inout ExecutorProcess) -> Bool {
        var polled = [
            pollfd(
                fd: executor.work,
                events: Int16(executor.wantsToWrite ? POLLIN | POLLOUT : POLLIN),
                revents: 0
            ),
            pollfd(fd: executor.control, events: Int16(POLLIN), revents: 0),
            pollfd(fd: executor.errors, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        poll(&polled, nfds_t(polled.count), timeout(executor))
        if polled[3].revents != 0 { wakeUp.clear() }
        if polled[1].revents & Int16(POLLIN) != 0, executor.receiveGroups() { since = .now }
        if polled[0].revents & ~Int16(POLLOUT) != 0, !executor.receive() { return false }
        guard receive(&executor) else { return false }
        // After the answers, for what is said before one is of no interest after it.
        if polled[2].revents != 0 { executor.receiveErrors() }
        return true
    }

    /// Until something has to be enforced, in milliseconds for `poll`.
    private func timeout(_ executor: borrowing ExecutorProcess) -> CInt {
        var deadlines: [Instant] = []
        if let stop, !stop.isKilled { deadlines.append(stop.killAt) }
        if stop == nil, let deadline = deadline(executor) { deadlines.append(deadline) }
        // Later than that, a slot that falls idle says so.
        if inFlight.count > 1, since + Self.hoarding > .now { deadlines.append(since + Self.hoarding) }
        if worker.configuration.memoryLimit != nil, !inFlight.isEmpty { deadlines.append(.now + Self.sample) }
        guard let next = deadlines.min() else { return -1 }
        return CInt(clamping: max((next - .now).nanoseconds / 1_000_000 + 1, 0))
    }

    /// When the fragment that runs, or the program that it runs, has had its time.
    private func deadline(_ executor: borrowing ExecutorProcess) -> Instant? {
        guard let limit = inFlight.first?.fragment.timeLimit else { return nil }
        return since + limit + (executor.programGroup == 0 ? .zero : Self.supervisorGrace)
    }

    /// Takes in answers.
    ///
    /// - Returns: False if the executor makes no sense.
    private mutating func receive(_ executor: inout ExecutorProcess) -> Bool {
        // Answers that came together leave together.
        var answers: [AnswerBox.Answer] = []
        defer { worker.send(answers) }
        while true {
            switch executor.next() {
            case .nothing: return true
            case .end: return false
            case .message(.ready): break
            case .message(.withdrawn(let numbers)):
                isWithdrawing = false
                let taken = inFlight.filter { numbers.contains($0.number) }
                inFlight.removeAll { numbers.contains($0.number) }
                worker.takeBack(taken.map(\.delivery))
            case .message(.kept(let cost)):
                guard let done = ended(&executor, cost) else { return false }
                executor.forgetErrors()
                kept.append((done, cost))
            case .message(.total(let answer)):
                worker.conclude(kept.map { ($0.fragment.delivery, $0.fragment.fragment, $0.cost) }, answer)
                kept = []
            case .message(.answer(let answer)):
                guard let done = ended(&executor, answer.cost) else { return false }
                // The answer to a short one may have been kept until the next fragment spoke.
                if !AnswerOutbox.mayKeep(answer) { executor.forgetErrors() }
                if let answer = worker.conclude(done.delivery, done.fragment, answer) {
                    answers.append(answer)
                }
            }
        }
    }

    /// The first fragment has ended, and the next one runs; nil if there was none.
    private mutating func ended(_ executor: inout ExecutorProcess, _ cost: AttemptCost) -> InFlight? {
        guard let done = inFlight.popFirst() else { return nil }
        if let next = inFlight.first { worker.queue.withLock { $0.isNext(next.delivery.tag) } }
        stop = nil
        isWithdrawing = false
        since = .now
        executor.answered += 1
        executor.cpuSeconds += cost.cpuSeconds
        executor.firstPeak = executor.firstPeak ?? cost.peakMemory
        executor.peakMemory = cost.peakMemory
        return done
    }

    // MARK: rules

    private mutating func enforce(_ executor: inout ExecutorProcess, at now: Instant) {
        for index in inFlight.indices
        where inFlight[index].cancellation.isCancelled && !inFlight[index].isCancelled {
            inFlight[index].isCancelled = true
            executor.send(.cancel(inFlight[index].number))
        }
        guard let first = inFlight.first else { return }
        if inFlight.count > 1, !isWithdrawing, mustWithdraw(at: now) {
            isWithdrawing = true
            executor.send(.withdraw(upTo: sent))
        }
        if stop == nil, first.isCancelled {
            stop = Stop(reason: .cancelled, killAt: now + Self.cancelGrace)
        }
        if stop == nil, let deadline = deadline(executor), deadline <= now,
            let limit = first.fragment.timeLimit
        {
            let failure = AttemptFailure(.timeout, "ran longer than its time limit of \(limit)")
            stop = Stop(reason: .failed(failure), killAt: now + Self.timeoutGrace)
            executor.signal(SIGTERM)
        }
        if stop == nil, let limit = worker.configuration.memoryLimit {
            let used = executor.residentMemory
            if used > limit {
                let reason = "used \(byteCount(used)), more than the \(byteCount(limit)) of a slot (--memory)"
                stop = Stop(reason: .failed(AttemptFailure(.memory, reason)), killAt: now)
            }
        }
        guard let due = stop, due.killAt <= now, !due.isKilled else { return }
        stop?.isKilled = true
        executor.signal(SIGKILL)
    }

    /// Whether what waits in the executor had better wait elsewhere: another slot could run it, the worker drains, or
    /// nobody wants it any more.
    private func mustWithdraw(at now: Instant) -> Bool {
        if inFlight.dropFirst().contains(where: \.isCancelled) { return true }
        guard since + Self.hoarding <= now else { return false }
        return worker.queue.withLock { $0.wantsBack(from: number, wakeUp) }
    }

    /// The executor has ended: the fragment that it ran has failed, and what waited in it has not begun; what it had kept
    /// is as if it had not.
    private mutating func died(_ executor: inout ExecutorProcess) {
        let (ending, cpuSeconds, peakMemory) = executor.reap()
        defer { stop = nil }
        let first = inFlight.popFirst()
        let rest = kept.map(\.fragment.delivery) + inFlight.map(\.delivery)
        inFlight = []
        kept = []
        if let first {
            let outcome: LedgerEvent.Outcome
            switch stop?.reason {
            case .cancelled: outcome = .dropped
            case .failed(let failure): outcome = .failed(failure)
            case nil:
                let reason = "its executor ended with \(ending)\(executor.tail.lastLines())"
                outcome = .failed(AttemptFailure(.crash, reason))
            }
            let seconds = (Instant.now - since).seconds
            let cost = AttemptCost(
                started: Double(wallClockMilliseconds()) / 1000 - seconds,
                seconds: seconds,
                cpuSeconds: max(cpuSeconds - executor.cpuSeconds, 0),
                peakMemory: peakMemory
            )
            let answer = ExecutorAnswer(outcome, cost: cost)
            if let answer = worker.conclude(first.delivery, first.fragment, answer) {
                worker.send([answer])
            }
        } else if executor.isReady {
            worker.observer(.executorFailed("it ended with \(ending)\(executor.tail.lastLines())"))
        }
        worker.takeBack(rest)
    }
}
