#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The folder in which Warren keeps what belongs to this user on this machine, the private broker above all.
package struct WarrenHome: Sendable {
    /// Absolute.
    package let path: String

    /// - Parameter path: Absolute, or relative to the working directory.
    package init(path: String) {
        self.path = absolutePath(path)
    }

    /// `WARREN_HOME`, else `warren` below `XDG_STATE_HOME`, else `~/.local/state/warren`.
    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        if let home = value("WARREN_HOME") {
            self.init(path: home)
        } else if let state = value("XDG_STATE_HOME"), state.hasPrefix("/") {
            // Its specification says that a relative path is to be ignored.
            self.init(path: state + "/warren")
        } else {
            self.init(path: (value("HOME") ?? "/") + "/.local/state/warren")
        }
    }
}

/// `path`, made independent of the working directory.
func absolutePath(_ path: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    return FileManager.default.currentDirectoryPath + "/" + path
}
