import ArgumentParser

/// A size as people write it: `2GB`, `500M`, `1.5GiB`, `4096`.
struct ByteCount: ExpressibleByArgument, Sendable, Hashable {
    let bytes: UInt64

    init?(argument: String) {
        let text = argument.uppercased()
        let units: [(String, Double)] = [
            ("KIB", 1024), ("MIB", 1_048_576), ("GIB", 1_073_741_824), ("TIB", 1_099_511_627_776),
            ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("K", 1e3), ("M", 1e6), ("G", 1e9),
            ("T", 1e12),
            ("B", 1),
        ]
        let (suffix, factor) = units.first { text.hasSuffix($0.0) } ?? ("", 1)
        guard let number = Double(text.dropLast(suffix.count)), number > 0, number * factor < 1e18 else {
            return nil
        }
        bytes = UInt64(number * factor)
    }
}
