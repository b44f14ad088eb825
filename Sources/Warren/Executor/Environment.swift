#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The variables of this process.
func processEnvironment() -> [String: String] { ProcessInfo.processInfo.environment }

package enum Environment {
    /// What programs are given of it: what is Warren's own is left out, the broker's address holding a password.
    package static func forPrograms() -> [String: String] {
        processEnvironment().filter { !$0.key.hasPrefix("WARREN_") }
    }
}
