import ArgumentParser
import Warren

/// `warren kinds`: what can be submitted.
struct KindsCommand<Program: WarrenProgram>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "kinds",
            abstract: "List the kinds of job there are, with their parameters."
        )
    }

    @Option(help: "The form of the list: text or json.")
    var format: ResultFormat = .text

    private struct Kind: Encodable {
        struct Parameter: Encodable {
            let name: String
            let type: String
            let `default`: JSONValue?
            let help: String
        }

        let kind: JobKind
        let summary: String
        let parameters: [Parameter]
    }

    func run() throws {
        let kinds = try Program.jobs.map { job in
            Kind(
                kind: job.kind,
                summary: job.summary,
                parameters: try JobSchema(job).entries.map {
                    Kind.Parameter(name: $0.name, type: $0.type, default: $0.fallback, help: $0.help)
                }
            )
        }
        switch format {
        case .json:
            try OutputFile.writeToStandardOutput(JSONCoding.encodePretty(kinds) + [UInt8(ascii: "\n")])
        case .text:
            try OutputFile.writeToStandardOutput(Array(kinds.map(Self.text).joined(separator: "\n").utf8))
        }
    }

    private static func text(_ kind: Kind) -> String {
        let rows = kind.parameters.map { parameter -> [String] in
            let value = parameter.default?.description ?? parameter.type.uppercased()
            let note = parameter.default == nil ? " (required)" : ""
            return ["  --set \(parameter.name)=\(value)", parameter.help + note]
        }
        return "\(kind.kind)  \(kind.summary)\n" + Table.text(rows)
    }
}
