/// Units that failed for good while the job goes on without them.
package struct SkippedUnits: Sendable {
    package let range: UnitRange
    /// What a person would call them; nil if only their numbers are known.
    package let name: String?
    /// The same as lines of input; nil if they cannot be listed.
    package let items: [UInt8]?
    package let reason: String
}
