/// How a private broker fares.
package enum BrokerStatus: Hashable, Sendable {
    case stopped
    /// Its process runs but does not answer: it starts, stops, or is stuck.
    case unresponsive(pid: Int32)
    case running(pid: Int32, BrokerAddress)
}
