import ArgumentParser

extension BrokerCommand {
    /// `warren broker stop`
    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop the node, if it runs, and wait until nothing of it is left running.",
            discussion: "Queues and durable messages stay for the next start, unless --erase is given."
        )

        @Flag(help: "Remove its data as well: queues, messages, password, log.")
        var erase = false

        func run() async throws {
            var standardError = StandardError()
            let broker = PrivateBroker(home: WarrenHome())
            let ran = try await BrokerCommand.reportingFailure { try await broker.stop(erase: erase) }
            print(ran ? "RabbitMQ stopped" : "RabbitMQ did not run", to: &standardError)
            if erase { print("removed \(broker.folder.path)", to: &standardError) }
        }
    }
}
