#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where the programs of RabbitMQ are.
struct RabbitMQInstallation: Sendable {
    /// Holds `rabbitmq-server`; absolute.
    let directory: String

    var server: String { directory + "/rabbitmq-server" }
    var control: String { directory + "/rabbitmqctl" }

    /// Packages of Linux, then Homebrew on both sorts of Mac. They come before `PATH`, where Debian has a wrapper
    /// of the same name that nobody but root may run.
    private static let usual = [
        "/usr/lib/rabbitmq/bin", "/opt/homebrew/opt/rabbitmq/sbin", "/usr/local/opt/rabbitmq/sbin",
    ]

    /// Looks for it.
    ///
    /// - Parameter directory: Where it is to be, instead of the usual places; `WARREN_RABBITMQ` says the same.
    init(
        directory: String?,
        environment: [String: String],
        usual: [String] = Self.usual
    ) throws(PrivateBrokerError) {
        if let wanted = directory ?? environment["WARREN_RABBITMQ"], !wanted.isEmpty {
            let wanted = absolutePath(wanted)
            guard Self.isThere(wanted) else {
                throw PrivateBrokerError(
                    .rabbitMQMissing,
                    "no rabbitmq-server in \(wanted); name the folder that holds it with --rabbitmq or WARREN_RABBITMQ"
                )
            }
            self.directory = wanted
            return
        }
        let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        guard let found = (usual + path).first(where: Self.isThere) else {
            #if os(macOS)
                let install = "brew install rabbitmq"
            #else
                let install = "apt-get install rabbitmq-server"
            #endif
            throw PrivateBrokerError(
                .rabbitMQMissing,
                """
                no rabbitmq-server in \(usual[0]) or on PATH; install it (\(install)), or name the folder \
                that holds it with --rabbitmq or WARREN_RABBITMQ
                """
            )
        }
        self.directory = found
    }

    private static func isThere(_ directory: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: directory + "/rabbitmq-server")
    }
}
