import ArgumentParser

extension BrokerCommand {
    /// `warren broker start`
    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start the node, unless it runs, and wait until it answers.",
            discussion: """
                It runs until `warren broker stop`. Prints its URL, with the password hidden. A restart finds the \
                same queues at the same port, unless somebody else took the port meanwhile.
                """
        )

        @OptionGroup var options: BrokerOptions

        func run() async throws {
            var standardError = StandardError()
            let broker = options.broker
            let began = ContinuousClock.now
            let start = try await BrokerCommand.reportingFailure { try await broker.start() }
            let took = (ContinuousClock.now - began).formatted
            if let former = start.formerPort {
                let port = start.address.port
                print("port \(former) is taken by somebody else; moved to \(port)", to: &standardError)
            }
            print(
                start.wasRunning
                    ? "RabbitMQ runs already (pid \(start.pid))"
                    : "RabbitMQ started in \(took) (pid \(start.pid)); its files: \(broker.folder.path)",
                to: &standardError
            )
            print(start.address)
        }
    }
}

extension Duration {
    /// Seconds with one digit after the point.
    fileprivate var formatted: String {
        let tenths = Int((self / .milliseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
