import ArgumentParser
import Warren

/// `warren workers`: who is connected, and doing what.
struct WorkersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers",
        abstract: "List the workers that are connected, their pools and slots, and what they do."
    )

    @OptionGroup var broker: BrokerOption

    @Option(help: "The form of the list: text or json.")
    var format: ResultFormat = .text

    func run() async throws {
        let workers = try await RollCall.workers(of: broker.endpoint())
        switch format {
        case .json:
            try OutputFile.writeToStandardOutput(JSONCoding.encodePretty(workers) + [UInt8(ascii: "\n")])
        case .text: try OutputFile.writeToStandardOutput(Array(Self.text(workers).utf8))
        }
    }

    private static func text(_ workers: [WorkerReport]) -> String {
        guard !workers.isEmpty else { return "no workers are connected; start one with “warren worker”\n" }
        let header = ["WORKER", "HOST", "POOL", "SLOTS", "UP", "DONE", "RUNNING", "WAITING"]
        let now = Double(wallClockMilliseconds()) / 1000
        let rows = workers.map { worker in
            [
                worker.worker, worker.host, worker.pool, "\(worker.slots)",
                Rendering.seconds(max(now - worker.since, 0)), Rendering.grouped(worker.done),
                worker.running.isEmpty ? "-" : worker.running.joined(separator: " "),
                "\(worker.waiting.count)",
            ]
        }
        return Table.text([header] + rows)
    }
}
