import AMQP
import Warren
import WarrenJobs

/// How long a small job takes, warm, as a program sees it that uses the library: the median and the 95th
/// percentile, in milliseconds, in the form of `Yardsticks/scatter-gather.c latency`.
///
/// usage: latency BROKER [fragments=8] [jobs=200]
@main
struct Latency {
    static func main() async throws {
        let arguments = CommandLine.arguments
        let fragments = arguments.count > 2 ? UInt64(arguments[2]) ?? 8 : 8
        let jobs = arguments.count > 3 ? Int(arguments[3]) ?? 200 : 200
        let coordinator = try await Coordinator.connect(to: AMQPEndpoint(url: arguments[1]))
        var policy = LedgerPolicy()
        policy.fragmentSize = 1
        policy.window = Int(fragments)
        var parameters = Drill.Parameters()
        parameters.units = fragments
        var milliseconds: [Double] = []
        // The first ones find the workers and warm everything up.
        for job in -20..<jobs {
            let started = Instant.now
            _ = try await coordinator.submit(Drill.self, parameters: parameters, policy: policy)
            if job >= 0 { milliseconds.append((Instant.now - started).seconds * 1000) }
        }
        await coordinator.close()
        milliseconds.sort()
        func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
        print(
            """
            \(fragments) fragments: median \(rounded(milliseconds[jobs / 2])) ms, \
            p95 \(rounded(milliseconds[jobs * 95 / 100])) ms
            """
        )
    }
}
