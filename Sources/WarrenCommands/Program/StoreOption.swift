import ArgumentParser
import Foundation
import Warren

/// Where large payloads and partials lie.
struct StoreOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A directory that submitters and workers share, for what is too large for messages. Else WARREN_STORE.",
            valueName: "dir"
        )
    )
    var store: String?

    /// - Throws: ``WarrenError/Code/usage`` unless it is a directory in which we may write.
    func opened() throws -> PayloadStore? {
        let variable = ProcessInfo.processInfo.environment["WARREN_STORE"].flatMap { $0.isEmpty ? nil : $0 }
        return try (store ?? variable).map { try PayloadStore($0) }
    }
}
