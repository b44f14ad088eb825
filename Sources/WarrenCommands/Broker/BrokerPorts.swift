/// The ports on 127.0.0.1 that a private broker listens on.
struct BrokerPorts: Codable, Hashable, Sendable {
    /// Where clients connect.
    var amqp: UInt16
    /// Where `rabbitmqctl` reaches the node.
    var distribution: UInt16
    /// The node's own port mapper, which tells `rabbitmqctl` the port above.
    var epmd: UInt16

    /// Below what Linux (32768) and macOS (49152) give to outgoing connections. A client that keeps trying a port
    /// from that range while nothing listens there ends up connected to itself, and holds it against the broker.
    private static let range: Range<UInt16> = 20_000..<32_000

    /// Ports that nobody listens on now.
    static func free() throws(PrivateBrokerError) -> BrokerPorts {
        var ports = BrokerPorts(amqp: 0, distribution: 0, epmd: 0)
        try ports.replaceTaken()
        return ports
    }

    /// Exchanges those that somebody listens on for others; the rest stay as they are.
    mutating func replaceTaken() throws(PrivateBrokerError) {
        try replaceIfTaken(\.amqp)
        try replaceIfTaken(\.distribution)
        try replaceIfTaken(\.epmd)
    }

    /// Waits a moment for the system to close the sockets of a process that has just ended.
    func waitUntilFree() async throws {
        let deadline = ContinuousClock.now + .seconds(1)
        while ![amqp, distribution, epmd].allSatisfy(LoopbackSocket.isFree), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private mutating func replaceIfTaken(
        _ port: WritableKeyPath<BrokerPorts, UInt16>
    ) throws(PrivateBrokerError) {
        guard self[keyPath: port] == 0 || !LoopbackSocket.isFree(self[keyPath: port]) else { return }
        let own = [amqp, distribution, epmd]
        for _ in 0..<1000 {
            let candidate = UInt16.random(in: Self.range)
            guard !own.contains(candidate), LoopbackSocket.isFree(candidate) else { continue }
            self[keyPath: port] = candidate
            return
        }
        throw PrivateBrokerError(
            .startFailed,
            """
            no free port found on 127.0.0.1 from \(Self.range.lowerBound) to \(Self.range.upperBound - 1); \
            `ss -ltn` shows who listens
            """
        )
    }
}
