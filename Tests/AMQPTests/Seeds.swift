import Foundation

/// The seeds of a random test: all of them follow from one, which is printed and can be given.
enum Seeds {
    static let first: UInt64 = {
        let given = ProcessInfo.processInfo.environment["WARREN_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0..<1 << 32)
        print("AMQP: random orders, WARREN_SEED=\(seed)")
        return seed
    }()

    static func some(_ count: UInt64) -> some Sequence<UInt64> { (0..<count).lazy.map { first &+ $0 } }
}
