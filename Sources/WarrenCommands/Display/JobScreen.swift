import AMQP
import Warren

/// What a person sees of a job: lines that stay, and on a terminal a live part below them.
struct JobScreen {
    private let isLive: Bool
    private var standardError = StandardError()
    private var job: JobID?
    private(set) var progress = JobProgress()
    private(set) var reports: [String: WorkerReport] = [:]
    private var status: String?
    private(set) var started = Instant.now
    private var lastDrawn = Instant.now
    private var lastLine = Instant.now
    private var live = LiveLines()
    private(set) var picture: PicturePreview?
    private var isDirty = false
    /// Whether somebody else has left the cursor in the middle of a line, where nothing may be drawn.
    private var isMidLine = false
    private var redelivered = 0
    private var undecodable = 0

    private static let frame: Duration = .milliseconds(100)
    private static let linesEvery: Duration = .seconds(5)
    /// No more redeliveries, or messages without sense, than this are told one by one.
    private static let mostOfAKind = 20

    init(isLive: Bool) {
        self.isLive = isLive
    }

    /// When the screen wants to be drawn again, if anything has changed.
    var nextDeadline: Instant? {
        guard !isMidLine, isDirty || picture?.isTinted(at: lastDrawn) == true else { return nil }
        return isLive ? lastDrawn + Self.frame : lastLine + Self.linesEvery
    }

    mutating func take(_ event: JobEvent, at now: Instant) {
        switch event {
        case .accepted(let id, let kind):
            job = id
            started = now
            lastLine = now
            print("job \(id) (\(kind))")
        case .progress(let progress):
            isDirty = isDirty || progress != self.progress
            self.progress = progress
        case .notice(let notice): tell(notice)
        case .attempted: break
        case .skipped(let units): print("skipped \(units.name ?? name(units.range)): \(units.reason)")
        case .held(let report): reports[report.worker] = report
        case .noWorkers(let pool):
            let option = pool == .default ? "" : " --pool \(pool)"
            print("no worker in pool \(pool): waiting; start one with “warren worker\(option)”")
        case .workersArrived(let slots): print("workers are there: \(Rendering.count(slots, "slot"))")
        case .connectionLost(let reason): print("\(reason); connecting again")
        case .connectionRestored: print("connected again; publishing again what was out")
        case .blocked(let reason): print("the broker takes nothing for now: \(reason); waiting")
        case .unblocked: print("the broker takes fragments again")
        case .undecodable(let reason):
            undecodable += 1
            if undecodable <= Self.mostOfAKind {
                print("a message that cannot be read went to the dead letters: \(reason)")
            } else if undecodable == Self.mostOfAKind + 1 {
                print("more messages that cannot be read; the receipt counts them all")
            }
        case .cancelling: print("cancelling; once more to leave at once")
        }
    }

    private mutating func tell(_ notice: LedgerNotice) {
        switch notice {
        case .redelivered(let range):
            redelivered += 1
            if redelivered <= Self.mostOfAKind {
                print("redelivered \(name(range)): the worker that had it is gone")
            } else if redelivered == Self.mostOfAKind + 1 {
                print("more redeliveries; the receipt counts them all")
            }
        case .retrying(let range, let attempt, let worker, let reason):
            print("attempt \(attempt) of \(name(range)) after a failure on \(worker): \(reason)")
        case .splitting(let range, let worker, let reason):
            print("splitting \(name(range)), which failed for good on \(worker): \(reason)")
        case .runningAlone(let range):
            print("\(name(range)) may have taken workers down; running it alone")
        case .diedAlone(let range): print("\(name(range)) took its worker down while it ran alone")
        case .refused(let range, let worker, let reason):
            print("\(worker) refuses \(name(range)): \(reason); asking others")
        case .vanished(let range): print("\(name(range)) has vanished from the queue; publishing it again")
        }
    }

    private func name(_ range: UnitRange) -> String {
        range.unitCount == 1 ? "unit \(range.lowerBound)" : "units \(range.lowerBound)-\(range.upperBound)"
    }

    // MARK: drawing

    /// Prints a line that stays.
    mutating func print(_ line: String) {
        clear()
        Swift.print(line, to: &standardError)
        isDirty = true
    }

    /// Prints what a command said on standard error, as it is.
    mutating func print(errors bytes: [UInt8]) {
        clear()
        standardError.write(bytes)
        if bytes.last != UInt8(ascii: "\n") { standardError.write("\n") }
        isDirty = true
    }

    /// Has a picture shown in the live part.
    mutating func show(_ picture: PicturePreview) { self.picture = picture }

    /// Takes the live part away, and gives whoever writes next the time to do so.
    mutating func makeWay(isMidLine: Bool, at now: Instant) {
        clear()
        self.isMidLine = isMidLine
        isDirty = true
        lastDrawn = now
    }

    /// The job is over: nothing is drawn any more that was not asked for.
    mutating func finish() {
        clear()
        job = nil
        // The picture stays as it has become.
        guard let picture, !picture.isEmpty else { return }
        self.picture = nil
        let lines = lines(of: picture, beside: 1, at: nil)
        let isBlank = { (line: String) in line.allSatisfy { $0 == " " } }
        for line in lines.prefix((lines.lastIndex { !isBlank($0) } ?? -1) + 1) {
            Swift.print(line, to: &standardError)
        }
    }

    mutating func clear() {
        let text = live.erase()
        if !text.isEmpty { standardError.write(text) }
    }

    mutating func refresh(at now: Instant) {
        guard let due = nextDeadline, due <= now, job != nil else { return }
        isDirty = false
        if isLive {
            let text = live.draw(liveLines(at: now), columns: Terminal.width)
            standardError.write(text)
            lastDrawn = now
        } else {
            Swift.print(summary(at: now), to: &standardError)
            lastLine = now
        }
    }

    func summary(at now: Instant) -> String {
        let seconds = max((now - started).seconds, 0.001)
        let rate = Double(progress.units) / seconds
        var parts = [
            "\(Rendering.grouped(progress.fragments)) fragments done, \(progress.fragmentsOut) out",
            "\(Rendering.rate(rate)) units/s",
        ]
        if let total = progress.unitCount, total > 0 {
            parts.insert("\(Int(Double(progress.units) / Double(total) * 100))%", at: 0)
            if rate > 0, progress.units < total {
                parts.append("\(Rendering.seconds(Double(total - progress.units) / rate)) left")
            }
        }
        if let slots = progress.slots { parts.append(Rendering.count(slots, "slot")) }
        if progress.redelivered > 0 { parts.append("\(progress.redelivered) redelivered") }
        return parts.joined(separator: " · ")
    }
}
