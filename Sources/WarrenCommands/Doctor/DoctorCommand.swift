import AMQP
import ArgumentParser
import Foundation
import Warren

/// `warren doctor`: look at a broker before work is trusted to it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check a broker, a pool and its workers, before work is trusted to them.",
        discussion: """
            Changes nothing. Each line says what was found; those that are not fine also why it matters and what to do. What \
            cannot be found out is called unknown, with what would make it possible.

            Exit codes: 0 no problem was found (warnings and unknowns may have been); 1 one was, an unreachable broker \
            included.
            """
    )

    @OptionGroup var broker: BrokerOption

    @Option(help: "The pool to look at.")
    var pool = "default"

    @Option(
        help: ArgumentHelp(
            "What the account is for; every right that this needs is then required. (default: any one of them)",
            valueName: "submitter|worker|operator"
        )
    )
    var role: AccountRole?

    @Option(help: ArgumentHelp("The time limit that your jobs use.", valueName: "time"))
    var timeout: TimeLimit?

    @Option(
        help: ArgumentHelp(
            "The broker's management API, such as http://user:password@host:15672; tells what AMQP does not.",
            discussion: "Else WARREN_MANAGEMENT, for those who do not want a password in the process list.",
            valueName: "url"
        )
    )
    var management: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let endpoint = try broker.endpoint()
        let environment = ProcessInfo.processInfo.environment
        let examination = await Examination.perform(
            endpoint,
            pool: try Pool(pool),
            role: role,
            timeLimit: timeout?.duration,
            management: try (management ?? environment["WARREN_MANAGEMENT"]).map {
                try ManagementAddress(url: $0, user: endpoint.user, password: endpoint.password)
            }
        )
        let report = DoctorReport(
            broker: endpoint.description,
            pool: examination.pool,
            findings: Diagnosis.findings(of: examination)
        )
        try OutputFile.writeToStandardOutput(
            json ? JSONCoding.encodePretty(report) + [UInt8(ascii: "\n")] : Array(report.text.utf8)
        )
        if report.status == .problem { throw ExitCode.failure }
    }
}

extension AccountRole: ExpressibleByArgument {}
