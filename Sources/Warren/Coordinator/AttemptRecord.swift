/// One attempt at a fragment, as it ended: a line of the job log.
package struct AttemptRecord: Sendable, Hashable {
    package var job: JobID
    package var range: UnitRange
    /// What the fragment was about, if it has one item that people know it by; any bytes.
    package var item: [UInt8]?
    package var worker: String
    package var host: String
    /// Seconds since 1970, by the worker's clock.
    package var started: Double
    package var seconds: Double
    /// 1 for the first.
    package var attempt: Int
    /// nil if it did not exit: a signal ended it, or it was never started.
    package var exit: Int?
    /// The signal that ended it; nil if none did.
    package var signal: Int?
    /// User and system time together.
    package var cpuSeconds: Double
    /// In bytes.
    package var peakMemory: UInt64

    package init(
        job: JobID,
        range: UnitRange,
        item: [UInt8]?,
        worker: String,
        host: String,
        started: Double,
        seconds: Double,
        attempt: Int,
        exit: Int?,
        signal: Int?,
        cpuSeconds: Double,
        peakMemory: UInt64
    ) {
        self.job = job
        self.range = range
        self.item = item
        self.worker = worker
        self.host = host
        self.started = started
        self.seconds = seconds
        self.attempt = attempt
        self.exit = exit
        self.signal = signal
        self.cpuSeconds = cpuSeconds
        self.peakMemory = peakMemory
    }
}
