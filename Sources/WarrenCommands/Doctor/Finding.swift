/// One line of what the doctor found.
struct Finding: Sendable, Encodable {
    /// Ordered by how much it matters.
    enum Status: String, Sendable, Encodable, Comparable, CaseIterable {
        case ok, unknown, warning, problem

        static func < (left: Status, right: Status) -> Bool {
            allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
        }
    }

    /// What was looked at: stable, for programs.
    let check: Check
    let status: Status
    /// What was found.
    let what: String
    /// Why it matters.
    let why: String
    /// What to do about it; nil if there is nothing to do.
    let fix: String?

    enum Check: String, Sendable, Encodable, CaseIterable {
        case reachable, version
        case featureFlags = "feature-flags"
        case permissions, exchanges
        case workQueue = "work-queue"
        case deadLetterQueue = "dead-letter-queue"
        case policies
        case deliveryLimit = "delivery-limit"
        case deadLetters = "dead-letters"
        case acknowledgementTimeout = "acknowledgement-timeout"
        case largestMessage = "largest-message"
        case alarms, memory, disk, workers
        case workerVersions = "worker-versions"
        case clocks

        /// Why anybody looks.
        var why: String {
            switch self {
            case .reachable: "without the broker nothing else can be looked at, and no job runs"
            case .version: "Warren relies on quorum queues as RabbitMQ 3.10 and later have them"
            case .featureFlags: "a broker does not start after an upgrade that requires a flag which is off"
            case .permissions: "what the account may not do ends the program that has to"
            case .exchanges: "declared otherwise, the broker refuses every submitter and worker (406)"
            case .workQueue:
                "declared otherwise, the broker refuses every submitter and worker of the pool (406)"
            case .deadLetterQueue: "declared otherwise, the broker refuses every submitter and worker (406)"
            case .policies: "a policy changes what the work queue was declared with, and nobody is told"
            case .deliveryLimit:
                "a fragment that was given out more often goes to the dead letters, and its job has to miss it first"
            case .deadLetters:
                "they are messages that nobody could make sense of, or fragments given out too often"
            case .acknowledgementTimeout:
                "a fragment that a worker has had for longer is given to another while it still runs"
            case .largestMessage:
                "what is larger than 256 KiB travels in parts; a part, and all that describes a job, are one message"
            case .alarms: "during an alarm the broker takes no messages: jobs stand still"
            case .memory: "when it is used up the broker raises an alarm, and jobs stand still"
            case .disk: "when it is used up the broker raises an alarm, and jobs stand still"
            case .workers: "without workers jobs wait"
            case .workerVersions:
                "a worker of another version may know other kinds, or compute them otherwise"
            case .clocks: "times in “warren workers” and in logs of attempts are those of the workers' clocks"
            }
        }
    }

    private init(_ check: Check, _ status: Status, _ what: String, fix: String?) {
        self.check = check
        self.status = status
        self.what = what
        self.why = check.why
        self.fix = fix
    }

    static func ok(_ check: Check, _ what: String) -> Finding { Finding(check, .ok, what, fix: nil) }

    /// Nobody can tell; `how` says what would make it possible.
    static func unknown(_ check: Check, _ what: String, how: String) -> Finding {
        Finding(check, .unknown, what, fix: how)
    }

    static func warning(_ check: Check, _ what: String, fix: String) -> Finding {
        Finding(check, .warning, what, fix: fix)
    }

    static func problem(_ check: Check, _ what: String, fix: String) -> Finding {
        Finding(check, .problem, what, fix: fix)
    }
}
