import AMQP
import Foundation

@testable import Warren
@testable import WarrenCommands

/// What an operator may have done wrong.
extension TestBroker {
    /// The first two numbers of its version.
    func series() async throws -> (major: Int, minor: Int) {
        let version: String = try await evaluate("list_to_binary(rabbit_misc:version())")
        let parts = version.split(separator: ".").compactMap { Int($0) }
        guard parts.count > 1 else { throw TestFailure("RabbitMQ has the version \(version)") }
        return (parts[0], parts[1])
    }

    /// Sets a policy for all queues of a virtual host.
    func setPolicy(_ definition: String, on vhost: String) async throws {
        try await control(
            "set_policy",
            "-p",
            vhost,
            "fault",
            #"^warren\."#,
            definition,
            "--apply-to",
            "queues"
        )
    }

    /// Declares a pool's queue with other arguments than Warren does.
    func declareWrongly(_ arguments: [(name: String, value: Headers.Value)], at url: String) async throws {
        let connection = AMQPConnection(to: try AMQPEndpoint(url: url), name: "test fault") { _ in }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            connection.perform { session throws(AMQPError) in
                defer { continuation.resume() }
                try session.declareQueue(Pool.default.queue, arguments: arguments)
            }
        }
        await connection.close()
    }

    /// Turns the management plugin on.
    ///
    /// - Returns: Its address, with a user who may see everything.
    func startManagement() async throws -> String {
        let port = try BrokerPorts.free().amqp
        let plugins = privateBroker.folder.enabledPlugins
        try "[rabbitmq_management].".write(toFile: plugins, atomically: true, encoding: .utf8)
        let _: Bool = try await evaluate(
            """
            begin
              ok = application:set_env(rabbitmq_management, tcp_config,
                [{port, \(port)}, {ip, "127.0.0.1"}], [{persistent, true}]),
              {ok, _, _} = rabbit_plugins:ensure("\(plugins)"),
              true
            end
            """
        )
        let account = try url.split(separator: "//")[1].split(separator: "@")[0]
        return "http://\(account)@127.0.0.1:\(port)"
    }
}
