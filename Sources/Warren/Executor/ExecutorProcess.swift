import CProcess

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A child process that runs fragments, as its worker sees it: one at a time, in the order in which they are sent.
///
/// It ends with its owner, and with it whatever it runs.
struct ExecutorProcess: ~Copyable {
    private let pid: pid_t
    /// Fragments go there and answers come back.
    let work: CInt
    /// Cancellations go there, and the process groups of programs come back; its end is the worker's death.
    let control: CInt
    /// What it and its job print.
    let errors: CInt
    private var outgoing = FrameWriter()
    private var inbox = FrameInbox()
    /// The program that it runs at this moment; 0 if none.
    private(set) var programGroup: pid_t = 0
    /// Whether it has begun to read.
    private(set) var isReady = false
    private(set) var tail = ByteTail()
    private var isReaped = false
    /// Fragments that it has answered.
    var answered = 0
    /// What they used.
    var cpuSeconds = 0.0
    /// Its memory after the first fragment.
    var firstPeak: UInt64?
    /// Its memory after the latest.
    var peakMemory: UInt64 = 0

    enum Reading {
        case nothing
        case message(ExecutorMessage)
        /// It makes no sense.
        case end
    }

    /// - Throws: ``SpawnError`` if it cannot be started.
    init(_ setup: ExecutorSetup, worker: String, number: Int, memoryLimit: UInt64?) throws(SpawnError) {
        let (work, control) = (try DescriptorPair.socket(), try DescriptorPair.socket())
        let errors = try DescriptorPair.pipe()
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { for descriptor in [work.theirs, control.theirs, errors.theirs, null] { close(descriptor) } }
        // It needs no broker, nor the password and the key for it; and a backtrace of a crash takes seconds.
        var environment = processEnvironment().filter {
            !$0.key.hasPrefix("WARREN_BROKER") && !$0.key.hasPrefix("WARREN_KEY")
                && $0.key != "WARREN_MANAGEMENT"
        }
        environment["SWIFT_BACKTRACE"] = environment["SWIFT_BACKTRACE"] ?? "enable=no"
        let options = ["--name", worker] + (memoryLimit.map { ["--memory", "\($0)"] } ?? [])
        let child = ChildProcess(
            program: setup.program,
            arguments: (["warren"] + setup.arguments + options + ["slot-\(number)"]).map { Array($0.utf8) },
            environment: environment,
            descriptors: [null, errors.theirs, errors.theirs, work.theirs, control.theirs]
        )
        do {
            pid = try child.spawn()
        } catch {
            for descriptor in [work.ours, control.ours, errors.ours] { close(descriptor) }
            throw error
        }
        (self.work, self.control, self.errors) = (work.ours, control.ours, errors.ours)
        for descriptor in [self.work, self.control, self.errors] { makeNonblocking(descriptor) }
    }

    deinit {
        for descriptor in [work, control, errors] { close(descriptor) }
        guard !isReaped else { return }
        signal(SIGKILL)
        var usage = rusage()
        _ = warren_reap(pid, &usage)
    }

    /// Its resident memory now, in bytes.
    var residentMemory: UInt64 { ResidentMemory.of(pid) }

    // MARK: sending

    mutating func send(_ request: ExecutorRequest) { request.write(to: &outgoing) }

    /// Whether there is something left to be sent.
    var wantsToWrite: Bool { !outgoing.bytes.isEmpty }

    /// Sends what it takes. That it is gone shows when it is read from.
    mutating func flush() {
        var sent = 0
        while sent < outgoing.bytes.count {
            let written = outgoing.bytes.withUnsafeBytes { bytes in
                #if os(Linux)
                    Glibc.send(work, bytes.baseAddress! + sent, bytes.count - sent, CInt(MSG_NOSIGNAL))
                #else
                    Darwin.send(work, bytes.baseAddress! + sent, bytes.count - sent, 0)
                #endif
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { break }
            sent += written
        }
        if sent == outgoing.bytes.count {
            outgoing.bytes.removeAll(keepingCapacity: true)
        } else {
            outgoing.bytes.removeFirst(sent)
        }
    }

    /// Tells it something out of turn.
    func send(_ order: ExecutorOrder) {
        var message = order.rawValue.littleEndian
        #if os(Linux)
            _ = Glibc.send(control, &message, 8, CInt(MSG_NOSIGNAL))
        #else
            _ = Darwin.send(control, &message, 8, 0)
        #endif
    }

    /// Signals it and all that it runs. Its number is its own until it is reaped.
    func signal(_ signal: CInt) {
        if programGroup > 0 { kill(-programGroup, signal) }
        kill(-pid, signal)
    }

    // MARK: receiving

    /// Reads once what it has sent.
    ///
    /// - Returns: False if it has ended.
    mutating func receive() -> Bool {
        let count = inbox.append { read(work, $0.baseAddress, $0.count) }
        return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))
    }

    /// The next message of what was read.
    mutating func next() -> Reading {
        guard let frame = inbox.next() else { return .nothing }
        guard let message = ExecutorMessage(frame) else { return .end }
        if case .ready = message { isReady = true }
        return .message(message)
    }

    /// Takes in which program it runs.
    ///
    /// - Returns: Whether that has changed.
    mutating func receiveGroups() -> Bool {
        var groups = [Int32](repeating: 0, count: 256)
        let count = groups.withUnsafeMutableBytes { read(control, $0.baseAddress, $0.count) }
        guard count >= 4 else { return false }
        programGroup = Int32(littleEndian: groups[count / 4 - 1])
        return true
    }

    /// Takes in what it has printed, and shows it where the worker's own messages go.
    mutating func receiveErrors() {
        while true {
            let count = withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 16) { room in
                let count = read(errors, room.baseAddress, room.count)
                if count > 0 {
                    tail.append(room[..<count])
                    _ = write(2, room.baseAddress, count)
                }
                return count
            }
            guard count > 0 || (count < 0 && errno == EINTR) else { return }
        }
    }

    /// What it said of the last fragment is no longer of interest.
    mutating func forgetErrors() { tail.removeAll() }

    /// Waits for its end, which is near; how it ended, and what it used.
    mutating func reap() -> (ending: ProcessEnding, cpuSeconds: Double, peakMemory: UInt64) {
        // The socket closes a moment before the process has ended.
        var handle = pollfd(fd: warren_pidfd(pid), events: Int16(POLLIN), revents: 0)
        defer { if handle.fd >= 0 { close(handle.fd) } }
        if warren_has_ended(pid) == 0, poll(&handle, 1, 1000) <= 0 { signal(SIGKILL) }
        _ = warren_await_end(pid)
        receiveErrors()
        // A program outlives an executor that was killed, unless it is ended here.
        _ = receiveGroups()
        signal(SIGKILL)
        var usage = rusage()
        let status = warren_reap(pid, &usage)
        isReaped = true
        return (ProcessEnding(status: status), usage.cpuSeconds, usage.peakMemory)
    }
}
