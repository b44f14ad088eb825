package import AMQP

/// A named group of workers with a work queue of its own.
public struct Pool: Hashable, Sendable, CustomStringConvertible {
    public let name: String

    public static let `default` = Pool(unchecked: "default")

    /// - Throws: ``WarrenError/Code/usage`` unless the name is 1 to 64 of `A–Z a–z 0–9 - _ .`.
    public init(_ name: String) throws {
        // The same characters as in a job's id: both stand in names on the wire.
        guard JobID(bytes: Array(name.utf8)) != nil else {
            throw WarrenError(
                .usage,
                "“\(name)” is no name for a pool: 1 to 64 letters, digits, “-”, “_” or “.”"
            )
        }
        self.init(unchecked: name)
    }

    private init(unchecked name: String) { self.name = name }

    package var queue: ShortString { ShortString("warren.work.\(name)") }

    package var routingKey: ShortString { ShortString(name) }

    public var description: String { name }
}
