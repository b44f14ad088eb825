/// The version of this library, which every worker reports: `warren doctor` finds those that differ.
package enum WarrenVersion {
    package static let current = "0.1.0"
}
