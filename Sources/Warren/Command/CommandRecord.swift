/// What became of one run of a command: of one item, or of a whole fragment on its standard input.
package struct CommandRecord: Sendable, Hashable {
    /// The units that it was run for.
    package var range: UnitRange
    /// Nil if the units came on standard input.
    package var item: [UInt8]?
    package var hasFailed = false
    package var cost = AttemptCost()
    package var exitCode: Int?
    package var signal: Int?
    /// The end of standard error.
    package var errors: [UInt8] = []
    /// Standard output; nothing if it failed.
    package var output: [UInt8] = []
}
