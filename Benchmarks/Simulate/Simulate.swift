import AMQP
import Simulator
import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `Simulate [NAME…]`: plays the scenarios whose names begin so, or all, and prints a line for each. With
/// `SIMULATE_SVG=FOLDER` it draws a picture of each there.
@main
enum Simulate {
    static func main() {
        let names = CommandLine.arguments.dropFirst()
        let chosen = Scenario.all.filter { scenario in
            names.isEmpty || names.contains { scenario.name.hasPrefix($0) }
        }
        guard !chosen.isEmpty else {
            print("no such scenario; there are: " + Scenario.all.map(\.name).joined(separator: ", "))
            exit(64)
        }
        print(
            row(["scenario", "makespan", "÷ ideal", "fragments", "peak out", "answers/s", "peak", "backups"])
        )
        var hasFailed = false
        for scenario in chosen {
            var simulation = Simulation(scenario)
            let report = simulation.run()
            print(row(report))
            if let failure = report.failure {
                print("    failed: \(failure)")
                hasFailed = true
            }
            if let folder = getenv("SIMULATE_SVG").map({ String(cString: $0) }) {
                write(BusyChart.svg(report), to: "\(folder)/\(report.name).svg")
            }
        }
        exit(hasFailed ? 1 : 0)
    }

    private static func row(_ report: SimulationReport) -> String {
        row([
            report.name, "\(decimal(report.makespan, 2)) s", decimal(report.ratio, 3), "\(report.fragments)",
            "\(report.peakOut)", decimal(report.answersPerSecond, 0), "\(report.peakAnswers)",
            "\(report.backups) (\(report.backupsWon) won)",
        ])
    }

    private static func row(_ cells: [String]) -> String {
        cells.enumerated().map { index, cell in
            let padding = String(repeating: " ", count: max((index == 0 ? 34 : 11) - cell.count, 1))
            return index == 0 ? cell + padding : padding + cell
        }.joined()
    }

    private static func decimal(_ number: Double, _ places: Int) -> String {
        let scale = pow(10, Double(places))
        let scaled = (number * scale).rounded() / scale
        return places == 0 ? "\(Int(scaled))" : "\(scaled)"
    }

    private static func write(_ text: String, to path: String) {
        guard let file = fopen(path, "w") else {
            print("cannot write \(path): \(String(cString: strerror(errno)))")
            exit(1)
        }
        fputs(text, file)
        fclose(file)
    }
}
