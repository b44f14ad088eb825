/// What starting a private broker came to.
package struct BrokerStart: Sendable {
    package let pid: Int32
    package let address: BrokerAddress
    /// It ran before.
    package let wasRunning: Bool
    /// The port that it had before, if somebody else listens there now.
    package let formerPort: UInt16?
}
