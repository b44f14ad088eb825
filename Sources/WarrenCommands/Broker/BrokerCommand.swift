package import ArgumentParser

/// `warren broker`: a private RabbitMQ node, so that Warren can be tried with nothing set up.
package struct BrokerCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "broker",
        abstract: "Start, stop or look at a private RabbitMQ node.",
        discussion: """
            The node needs no root and listens on 127.0.0.1 only. It keeps its data, its port and its log in \
            $WARREN_HOME/broker (WARREN_HOME is ~/.local/state/warren unless set). `worker` and `submit` find it by \
            themselves when they are given no broker.

            Exit codes: 0 done; 1 from `status` if the node does not run; 2 if it cannot be started or stopped.
            """,
        subcommands: [Start.self, Stop.self, Status.self]
    )

    package init() {}

    /// Runs `body`, and ends the command with exit code 2 if the broker would not start or stop.
    static func reportingFailure<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as PrivateBrokerError {
            var standardError = StandardError()
            print("warren: \(error)", to: &standardError)
            throw ExitCode(2)
        }
    }
}
