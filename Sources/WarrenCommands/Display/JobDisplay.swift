import AMQP
import Warren

/// Shows on standard error what becomes of a job: live on a terminal, plain lines otherwise, nothing if quiet.
///
/// It has a thread of its own, so that a terminal that was stopped with Ctrl-S stops nothing else.
final class JobDisplay: Sendable {
    private enum Message: Sendable {
        case event(JobEvent)
        case errors([UInt8])
        case picture(PicturePreview)
        case line(String)
        /// Results are about to appear on the same screen; whether they end in the middle of a line.
        case output(isMidLine: Bool, @Sendable () -> Void)
        case finish(@Sendable () -> Void)
    }

    private let mailbox = Mailbox<Message>()
    private let isQuiet: Bool
    private let isLive: Bool
    /// Whether results appear on the same screen.
    private let isShared: Bool

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        let mailbox = mailbox
        isLive = Terminal.isInteractive && !isQuiet
        isShared = isLive && Terminal.showsOutput
        let isLive = isLive
        Thread.start("warren-display") {
            var screen = JobScreen(isLive: isLive)
            while true {
                for message in mailbox.take(until: screen.nextDeadline) {
                    switch message {
                    case .event(let event): screen.take(event, at: .now)
                    case .errors(let bytes): screen.print(errors: bytes)
                    case .picture(let picture): screen.show(picture)
                    case .line(let line): screen.print(line)
                    case .output(let isMidLine, let done):
                        screen.makeWay(isMidLine: isMidLine, at: .now)
                        done()
                    case .finish(let done):
                        screen.finish()
                        done()
                    }
                }
                screen.refresh(at: .now)
            }
        }
    }

    /// Takes an event; hands it over and returns.
    func show(_ event: JobEvent) {
        if !isQuiet { mailbox.post(.event(event)) }
    }

    /// Shows the pieces of a picture as they come; nil if nobody looks, or not on something that shows colours.
    func watcher<J: PictureJob>(of job: J) -> StreamedReducer<J, OutputStream>.Watcher? {
        guard isLive, ColorDepth.ofTerminal != nil else { return nil }
        let picture = PicturePreview(job.pictureSize)
        mailbox.post(.picture(picture))
        return { piece, units, worker in
            picture.paint(as: worker, at: .now) { job.paint(piece, of: units, on: &$0) }
        }
    }

    /// What a command said on standard error.
    func show(errors bytes: [UInt8]) {
        if !isQuiet { mailbox.post(.errors(bytes)) }
    }

    /// Takes the live part away before a piece of the result is written, if both are on the same screen.
    func makeWay(for bytes: [UInt8]) {
        guard isShared else { return }
        wait { .output(isMidLine: bytes.last != UInt8(ascii: "\n"), $0) }
    }

    /// A line that stays.
    func line(_ text: String) {
        guard !isQuiet else { return }
        mailbox.post(.line(text))
        flush()
    }

    /// A line that is shown even if nothing else is.
    func error(_ text: String) {
        mailbox.post(.line("warren: \(text)"))
        flush()
    }

    /// Ends the live part, and returns when everything has been shown.
    func finish() { flush() }

    private func flush() { wait { .finish($0) } }

    /// Posts a message, and returns when it has been taken care of.
    private func wait(for message: (_ done: @escaping @Sendable () -> Void) -> Message) {
        let shown = Monitor(false)
        mailbox.post(
            message {
                shown.withLock { $0 = true }
                shown.signal()
            }
        )
        // A stopped terminal must not keep the process for ever.
        _ = shown.wait(until: .now + .seconds(2)) { $0 ? true : nil }
    }
}
