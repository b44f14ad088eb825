/// Proves who sent a message, and that nobody has altered it or sent it elsewhere.
package protocol MessageSeal: Sendable {
    /// Called on the connection's thread for each message that leaves.
    func seal(_ message: inout Message, to exchange: ShortString, routingKey: ShortString)

    /// What is wrong with a message that was published to `exchange` with `routingKey`; nil if nothing is.
    func fault(of message: Message, at exchange: ShortString, routingKey: ShortString) -> String?
}
