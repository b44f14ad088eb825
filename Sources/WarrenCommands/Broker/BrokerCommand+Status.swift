import ArgumentParser

extension BrokerCommand {
    /// `warren broker status`
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether the node runs, and where; exit with 1 if it does not.",
            discussion: "For scripts: WARREN_BROKER=$(warren broker status --show-url)"
        )

        @Flag(help: "Print the URL alone, with its password; nothing unless the node runs.")
        var showURL = false

        func run() async throws {
            let broker = PrivateBroker(home: WarrenHome())
            let status = try await BrokerCommand.reportingFailure { try broker.status() }
            switch status {
            case .running(let pid, let address):
                print(showURL ? address.url : "running  \(address)  pid \(pid)  \(broker.folder.path)")
                return
            case .unresponsive(let pid):
                say("RabbitMQ (pid \(pid)) runs but does not answer; its log: \(broker.folder.log)")
            case .stopped:
                say("not running; start it with: warren broker start")
            }
            throw ExitCode(1)
        }

        /// What is the result for people is chatter for a script that asked for the URL.
        private func say(_ text: String) {
            guard showURL else { return print(text) }
            var standardError = StandardError()
            print(text, to: &standardError)
        }
    }
}
