import AMQP
import CProcess

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A program under way, whoever looks after it being the thread that started it: it feeds its input, takes in what
/// it prints, keeps it to its limits, and leaves nothing of it behind.
struct RunningProgram: ~Copyable {
    /// Between being asked to end and being made to.
    private static let grace: Duration = .seconds(2)
    /// The same if nobody waits for it any more.
    private static let cancelGrace: Duration = .milliseconds(300)
    /// How often its memory is looked at, if that is limited.
    private static let sample: Duration = .milliseconds(50)

    private let program: Program
    private let context: FragmentContext
    private let memoryLimit: UInt64?
    private let pid: pid_t
    private let wakeUp = WakeUp()
    /// -1 where the end of a process is no event.
    private let handle: CInt
    private var input: CInt
    private var output: CInt
    private var errors: CInt
    private var printed: [UInt8] = []
    private var tail: ByteTail
    private let started = Instant.now
    private let startedAt = Double(wallClockMilliseconds()) / 1000
    private var stopped: AttemptFailure?
    private var killAt: Instant?
    private var isKilled = false
    private var hasEnded = false
    private var peakSeen: UInt64 = 0

    /// Our ends of its standard input (-1 if it has none), output and error.
    private struct Descriptors {
        let input: CInt
        let output: CInt
        let errors: CInt
    }

    /// Starts the program.
    ///
    /// - Throws: ``SpawnError`` if it cannot be run.
    static func start(
        _ program: Program,
        in context: FragmentContext,
        memoryLimit: UInt64?,
        hasInput: Bool
    ) throws(SpawnError) -> RunningProgram {
        // A pipe and no socket, for a program that opens /dev/stdin; SIGPIPE is ignored in this process.
        let input = hasInput ? try DescriptorPair.pipeToThem() : nil
        let (output, errors) = (try DescriptorPair.pipe(), try DescriptorPair.pipe())
        let theirs = [input?.theirs ?? open("/dev/null", O_RDONLY | O_CLOEXEC), output.theirs, errors.theirs]
        defer { for descriptor in theirs { close(descriptor) } }
        let child = ChildProcess(
            program: String(decoding: program.arguments.first ?? [], as: UTF8.self),
            arguments: program.arguments,
            environment: environment(for: context).merging(program.environment) { $1 },
            directory: program.directory,
            descriptors: theirs
        )
        let ours = Descriptors(input: input?.ours ?? -1, output: output.ours, errors: errors.ours)
        do {
            let pid = try ProcessGroups.shared.spawn(child)
            return RunningProgram(program, context, memoryLimit, pid: pid, ours)
        } catch {
            for descriptor in [ours.input, ours.output, ours.errors] where descriptor >= 0 {
                close(descriptor)
            }
            throw error
        }
    }

    private init(
        _ program: Program,
        _ context: FragmentContext,
        _ memoryLimit: UInt64?,
        pid: pid_t,
        _ descriptors: Descriptors
    ) {
        self.program = program
        self.context = context
        self.memoryLimit = memoryLimit
        self.pid = pid
        tail = ByteTail(limit: program.errorLimit)
        (input, output, errors) = (descriptors.input, descriptors.output, descriptors.errors)
        handle = warren_pidfd(pid)
        for descriptor in [input, output, errors] where descriptor >= 0 { makeNonblocking(descriptor) }
        context.cancellation.wake(wakeUp)
    }

    /// The worker's environment, without what is Warren's own: the broker's address holds a password.
    private static func environment(for context: FragmentContext) -> [String: String] {
        var environment = Environment.forPrograms()
        environment["WARREN_JOB"] = context.id.job.description
        environment["WARREN_FRAGMENT"] = context.id.description
        environment["WARREN_ATTEMPT"] = "\(context.attempt)"
        environment["WARREN_WORKER"] = context.worker
        return environment
    }

    /// Feeds its standard input, for as long as it takes it.
    ///
    /// - Returns: Whether it wants more.
    mutating func write(_ bytes: Span<UInt8>) -> Bool {
        var sent = 0
        while sent < bytes.count, input >= 0, !hasEnded {
            let written = bytes.extracting(sent...).withUnsafeBytes { piece in
                #if canImport(Glibc)
                    Glibc.write(input, piece.baseAddress, piece.count)
                #else
                    Darwin.write(input, piece.baseAddress, piece.count)
                #endif
            }
            if written > 0 {
                sent += written
            } else if written < 0, errno == EAGAIN {
                turn(writing: true)
            } else if written < 0, errno != EINTR {
                // It has closed its input; what it prints is what counts.
                closeInput()
            }
        }
        return input >= 0 && !hasEnded
    }

    /// Ends it at once: its input cannot be had.
    mutating func stop() { stop(AttemptFailure(.error, "stopped"), grace: .zero, .now) }

    private mutating func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    /// Waits for its end.
    consuming func finish() -> ProgramEnd {
        closeInput()
        while !hasEnded { turn(writing: false) }
        // What is still in the pipes is its last; a process that it left behind may hold them open for ever.
        drain(.output)
        drain(.errors)
        context.cancellation.wake(nil)
        // Its number is its own until it is reaped, so nobody else can be meant.
        kill(-pid, SIGKILL)
        ProcessGroups.shared.forget(pid)
        var usage = rusage()
        let ending = ProcessEnding(status: warren_reap(pid, &usage))
        for descriptor in [output, errors, handle] where descriptor >= 0 { close(descriptor) }
        let peak = max(usage.peakMemory, peakSeen)
        context.spent(cpuSeconds: usage.cpuSeconds, peakMemory: peak)
        var end = ProgramEnd(
            output: printed,
            errors: tail.content,
            started: startedAt,
            seconds: (Instant.now - started).seconds,
            cpuSeconds: usage.cpuSeconds,
            peakMemory: peak,
            stopped: stopped
        )
        switch ending {
        case .exit(let code): end.exitCode = code
        case .signal(let number): end.signal = number
        }
        return end
    }

    /// Waits until there is something to read, to write or to enforce, and does it.
    private mutating func turn(writing: Bool) {
        var polled = [
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: handle, events: Int16(POLLIN), revents: 0),
            pollfd(fd: writing ? input : -1, events: Int16(POLLOUT), revents: 0),
        ]
        let now = Instant.now
        // Without a handle the end is no event, and is looked for.
        var next = handle < 0 ? now + .milliseconds(10) : .distantFuture
        if memoryLimit != nil { next = min(next, now + Self.sample) }
        if let killAt, !isKilled { next = min(next, killAt) }
        if let limit = context.timeLimit, stopped == nil { next = min(next, started + limit) }
        let milliseconds = next == .distantFuture ? -1 : max((next - now).nanoseconds / 1_000_000 + 1, 0)
        poll(&polled, nfds_t(polled.count), CInt(clamping: milliseconds))
        if polled[2].revents != 0 { wakeUp.clear() }
        if polled[0].revents != 0 { drain(.output) }
        if polled[1].revents != 0 { drain(.errors) }
        hasEnded = warren_has_ended(pid) != 0
        enforce(at: .now)
    }

    private mutating func enforce(at now: Instant) {
        if context.isCancelled, stopped == nil {
            stop(AttemptFailure(.error, "cancelled"), grace: Self.cancelGrace, now)
        }
        if let limit = context.timeLimit, stopped == nil, now - started >= limit {
            stop(
                AttemptFailure(.timeout, "ran longer than its time limit of \(limit)"),
                grace: Self.grace,
                now
            )
        }
        if let memoryLimit, stopped == nil {
            peakSeen = max(peakSeen, ResidentMemory.ofGroup(pid))
            if peakSeen > memoryLimit {
                let reason =
                    "used \(byteCount(peakSeen)), more than the \(byteCount(memoryLimit)) of a slot (--memory)"
                stop(AttemptFailure(.memory, reason), grace: .zero, now)
            }
        }
        if printed.count > program.outputLimit, stopped == nil {
            let reason =
                "printed more than \(byteCount(UInt64(program.outputLimit))), which is the most that an answer holds; let it write to a file"
            stop(AttemptFailure(.oversize, reason), grace: .zero, now)
            printed = []
        }
        if let killAt, killAt <= now, !isKilled {
            isKilled = true
            kill(-pid, SIGKILL)
        }
    }

    private mutating func stop(_ failure: AttemptFailure, grace: Duration, _ now: Instant) {
        stopped = failure
        killAt = now + grace
        if grace > .zero { kill(-pid, SIGTERM) }
    }

    private enum Stream { case output, errors }

    /// Takes in what there is to read; closes what has come to its end.
    private mutating func drain(_ stream: Stream) {
        let descriptor = stream == .output ? output : errors
        guard descriptor >= 0 else { return }
        while printed.count <= program.outputLimit {
            let count = withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { room in
                let count = read(descriptor, room.baseAddress, room.count)
                guard count > 0 else { return count }
                let bytes = room[..<count]
                switch stream {
                case .errors: tail.append(bytes)
                // Of what is stopped nothing is kept.
                case .output: if stopped == nil { printed.append(contentsOf: bytes) }
                }
                return count
            }
            if count > 0 || (count < 0 && errno == EINTR) { continue }
            if count < 0, errno == EAGAIN { return }
            close(descriptor)
            if stream == .output { output = -1 } else { errors = -1 }
            return
        }
    }
}
