/// What a requester wants of a job otherwise than by default.
package struct JobOptions: Sendable {
    package var policy = LedgerPolicy()
    /// How long an attempt may take, or for a command, each run of it.
    package var timeLimit: Duration?
    /// What the job claims of the slots, beside other jobs: twice the weight, twice the slots.
    package var weight = 1
    /// Whether the observer is told of every attempt.
    package var accountsAttempts = false

    package init() {}
}
