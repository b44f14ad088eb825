import ArgumentParser
import Warren

/// A time as people write it: `90`, `1.5s`, `10m`, `2h`, `250ms`; seconds unless it says otherwise.
struct TimeLimit: ExpressibleByArgument, Sendable, Hashable {
    let duration: Duration

    init?(argument: String) {
        let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)]
        let (suffix, factor) = units.first { argument.hasSuffix($0.0) } ?? ("", 1)
        guard let number = Double(argument.dropLast(suffix.count)), number > 0, number.isFinite, number < 1e9
        else {
            return nil
        }
        duration = .milliseconds(max(Int64(number * factor * 1000), 1))
    }

    var defaultValueDescription: String { "\(duration)" }
}
