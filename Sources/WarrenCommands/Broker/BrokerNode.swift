/// One private RabbitMQ node: its name, secrets and ports, kept for as long as its data.
struct BrokerNode: Codable, Sendable {
    /// Tells it from the nodes of other homes; part of its name and of its command line.
    let id: String
    /// Of the user `warren`.
    let password: String
    var ports: BrokerPorts
    /// Of the run that was started last, which may have ended since.
    var pid: Int32?

    /// A new one, with a random name and password.
    init(ports: BrokerPorts) {
        self.id = Self.randomHex(words: 1)
        self.password = Self.randomHex(words: 4)
        self.ports = ports
    }

    /// Without the host.
    var shortName: String { "warren-\(id)" }
    /// `localhost` rather than the machine's name: that changes when a laptop moves, and a node's data with it.
    var name: String { "\(shortName)@localhost" }
    /// Ends up on the command line of the node, where ``NodeProcess`` recognises it.
    var marker: [String] { ["-warren", id] }
    var process: NodeProcess? { pid.map { NodeProcess(pid: $0, marker: marker) } }
    var portMapper: PortMapper { PortMapper(port: ports.epmd) }

    func address() -> BrokerAddress {
        BrokerAddress(port: ports.amqp, password: password)
    }

    /// What RabbitMQ reads as `rabbitmq.conf`; holds the password.
    var configuration: String {
        """
        # Written by `warren broker start` each time; changes made here are lost.
        listeners.tcp.local = 127.0.0.1:\(ports.amqp)
        default_user = warren
        default_pass = \(password)
        # 7 days: a fragment may run for long. RabbitMQ before 3.12 takes it from here only.
        consumer_timeout = 604800000
        # A laptop's disk is often nearly full; publishing stops below this.
        disk_free_limit.absolute = 100MB
        log.console = false
        log.file.level = info
        log.file.rotation.size = 10485760
        log.file.rotation.count = 3

        """
    }

    /// From the system's secure generator.
    private static func randomHex(words: Int) -> String {
        (0..<words).map { _ in
            let hex = String(UInt32.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 8 - hex.count) + hex
        }.joined()
    }
}
