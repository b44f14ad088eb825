import AMQP
import ArgumentParser

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Which broker to use: the same rule for every command.
struct BrokerOption: ParsableArguments {
    @Option(
        name: .customLong("broker"),
        help: ArgumentHelp(
            "The broker's address.",
            discussion: """
                Else WARREN_BROKER, else the private broker (“warren broker start”) if it runs, else amqp://localhost.
                """,
            valueName: "url"
        )
    )
    var url: String?

    /// - Throws: ``AMQPError`` for an address that makes no sense.
    func endpoint() throws -> AMQPEndpoint {
        let environment = ProcessInfo.processInfo.environment
        if let url = url ?? environment["WARREN_BROKER"], !url.isEmpty { return try AMQPEndpoint(url: url) }
        if let url = PrivateBroker(home: WarrenHome()).url { return try AMQPEndpoint(url: url) }
        return try AMQPEndpoint(url: "amqp://localhost")
    }
}
