import AMQP
import ArgumentParser
import Warren

/// `warren setup`: what an operator declares, so that workers and submitters need no right to.
struct SetupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "Declare the exchanges and queues of a pool, so that workers need no right to configure.",
        discussion: """
            What is there already stays as it is, with all that is in it. Without this, whoever connects first declares it, \
            if its account may.

            Exit codes: 0 all is there; 2 the broker cannot be reached, refuses, or has something else by that name.
            """
    )

    @OptionGroup var broker: BrokerOption

    @Option(
        help: ArgumentHelp("The pool; may be repeated. (default: default)", valueName: "name")
    )
    var pool: [String] = []

    func run() async throws {
        let pools = try pool.isEmpty ? [Pool.default] : pool.map { try Pool($0) }
        let outcomes = try await TopologySetup.perform(pools, at: broker.endpoint())
        let rows = outcomes.map { outcome in
            [outcome.wasThere ? "there already" : "declared", outcome.item.description]
        }
        try OutputFile.writeToStandardOutput(Array(Table.text(rows).utf8))
    }
}
