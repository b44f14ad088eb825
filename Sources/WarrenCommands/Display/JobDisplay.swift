import AMQP
import Warren

/// Shows on standard error what becomes of a job: live on a terminal, plain lines otherwise, nothing if quiet.
///
/// It has a thread of its own, so that a terminal that was stopped with Ctrl-S stops nothing else.
final class JobDisplay: Sendable {
    private enum Message: Sendable {
        case event(JobEvent)
        case errors([UInt8])
        case line(String)
        case finish(@Sendable () -> Void)
    }

    private let mailbox = Mailbox<Message>()
    private let isQuiet: Bool

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        let mailbox = mailbox
        let isLive = Terminal.isInteractive && !isQuiet
        Thread.start("warren-display") {
            var screen = JobScreen(isLive: isLive)
            while true {
                for message in mailbox.take(until: screen.nextDeadline) {
                    switch message {
                    case .event(let event): screen.take(event, at: .now)
                    case .errors(let bytes): screen.print(errors: bytes)
                    case .line(let line): screen.print(line)
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

    /// What a command said on standard error.
    func show(errors bytes: [UInt8]) {
        if !isQuiet { mailbox.post(.errors(bytes)) }
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

    private func flush() {
        let shown = Monitor(false)
        mailbox.post(
            .finish {
                shown.withLock { $0 = true }
                shown.signal()
            }
        )
        // A stopped terminal must not keep the process for ever.
        _ = shown.wait(until: .now + .seconds(2)) { $0 ? true : nil }
    }
}
