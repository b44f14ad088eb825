import AMQP
import TestSupport
import Warren

/// A coordinator, a source, a broker and workers in which anything happens in any order, and a model that counts
/// every unit: it knows what is out and what was folded without asking the ledger.
///
/// First comes chaos, then the faults stop and the job must end within a bounded number of events. One world is
/// one random event order; the seed alone decides it.
struct LedgerWorld {
    /// Far more events than any calm world needs.
    static let patience = 5000

    var random: SeededRandom
    let rules: WorldRules
    var ledger: Ledger
    var now = Instant(nanoseconds: 1_000_000_000)

    // The source and the question that it was asked.
    var cursor: UInt64 = 0
    var asked: UInt64?
    var isExhausted = false

    // The broker and the workers.
    var queue: [WorldMessage] = []
    var held: [WorldMessage] = []
    var answers: [WorldAnswer] = []
    /// Answers given earlier, to be delivered once more when nobody expects them.
    var echoes: [WorldAnswer] = []
    var settlements: [WorldSettlement] = []
    var slots = 2
    var isChaotic = true
    var isCancelled = false
    var isEnding = false

    // The model.
    var out: [WorldFragment] = []
    /// A bit for each unit.
    var folded: UInt64 = 0
    /// Units that the job goes on without; likewise.
    var skipped: UInt64 = 0
    var lastSequence: UInt64 = 0
    /// The most fragments that window, halving and restarts explain.
    var explained = 0
    var handling: WorldAnswer?
    var ending: LedgerAction?
    var checkpoint: WorldCheckpoint?

    // What the test reports.
    var violation: String?
    var trace: [String]?
    var events = 0

    init(seed: UInt64, traced: Bool = false) {
        random = SeededRandom(seed: seed)
        rules = WorldRules(using: &random)
        ledger = Ledger(policy: rules.policy, unitCount: rules.isCountKnown ? rules.units : nil)
        if traced { trace = ["\(rules)"] }
    }

    /// Runs the world to its end, or to the first broken promise.
    mutating func run() {
        begin()
        for _ in 0..<rules.chaos where ending == nil && violation == nil { stepOfChaos() }
        isChaotic = false
        var steps = 0
        while ending == nil, violation == nil {
            stepOfCalm()
            steps += 1
            if steps == Self.patience { violate("the job does not end") }
        }
        if violation == nil { checkSilence() }
    }

    /// There is always one worker that would run the job, if only it were given some of it.
    mutating func begin() {
        tell(.began)
        if !rules.mayEndEarly { tell(.present(worker: "owl@c", runsJob: true)) }
    }

    /// Hands an event to the ledger, and carries out what it answers.
    mutating func tell(_ event: LedgerEvent) {
        events += 1
        trace?.append("\(now.nanoseconds / 1_000_000) ms: \(event)")
        let dropped = ledger.counters.duplicatesDropped
        let actions = ledger.handle(event, at: now)
        if let handling { judge(handling, isCounted: ledger.counters.duplicatesDropped == dropped) }
        for action in actions {
            trace?.append("    \(action)")
            carryOut(action)
        }
        handling = nil
        isEnding = isEnding || isCancelled
        checkBook()
    }

    mutating func violate(_ what: String) {
        if violation == nil { violation = what }
    }
}
