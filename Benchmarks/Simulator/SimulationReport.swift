/// What came of a simulated job. Times are in seconds.
package struct SimulationReport: Sendable {
    package var name: String
    /// Why there is no result; nil if every unit was folded.
    package var failure: String?
    package var makespan = 0.0
    /// When the same work would have been done had every slot that was there worked all the time.
    package var ideal = 0.0
    package var fragments = 0
    package var attempts = 0
    package var redelivered = 0
    package var backups = 0
    package var backupsWon = 0
    package var duplicates = 0
    /// The most answers in one second.
    package var peakAnswers = 0
    /// The most fragments that were out at once.
    package var peakOut = 0
    /// Slots that were busy, over time: an equal stretch of the makespan each.
    package var busy: [Double] = []
    package var slots = 0

    package var ratio: Double { makespan / ideal }
    package var answersPerSecond: Double { Double(fragments) / makespan }
}
