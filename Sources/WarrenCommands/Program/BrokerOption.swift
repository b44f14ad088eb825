import AMQP
import ArgumentParser
import Warren

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Which broker to use, whom to trust there and who we are: the same rule for every command.
///
/// What an option leaves open a variable named `WARREN_BROKER…` says. ``ExecutorProcess`` keeps those from job code.
struct BrokerOption: ParsableArguments {
    @Option(
        name: .customLong("broker"),
        help: ArgumentHelp(
            "The broker's address: amqp://user:password@host:port/vhost, or amqps://…",
            discussion: """
                Else WARREN_BROKER, else the private broker (“warren broker start”) if it runs, else amqp://localhost. \
                A password given here can be seen by others on this machine: see --password-file.
                """,
            valueName: "url"
        )
    )
    var url: String?

    @Option(
        help: ArgumentHelp(
            "A file that holds the password, if the address has none.",
            discussion:
                "Else WARREN_BROKER_PASSWORD_FILE, else the password itself is in WARREN_BROKER_PASSWORD.",
            valueName: "file"
        )
    )
    var passwordFile: String?

    @Option(
        name: .customLong("broker-ca"),
        help: ArgumentHelp(
            "The certificates to trust with amqps://, in PEM form. Else WARREN_BROKER_CA, else the system's.",
            valueName: "file"
        )
    )
    var authorities: String?

    @Option(
        name: .customLong("broker-certificate"),
        help: ArgumentHelp(
            "Our own certificate, if the broker asks for one. Else WARREN_BROKER_CERTIFICATE.",
            valueName: "file"
        )
    )
    var certificate: String?

    @Option(
        name: .customLong("broker-key"),
        help: ArgumentHelp(
            "Its private key. Else WARREN_BROKER_KEY, else in the file with the certificate.",
            valueName: "file"
        )
    )
    var key: String?

    @Option(
        name: .customLong("key-file"),
        help: ArgumentHelp(
            "The keys with which messages are signed; then none is accepted that is not. Else WARREN_KEY_FILE.",
            valueName: "file"
        )
    )
    var keys: String?

    /// - Parameter warn: Told of what is not safe; by default, says so on standard error.
    /// - Throws: ``AMQPError`` for an address that makes no sense, or a password file that is of no use;
    ///   ``WarrenError`` for options that do not go together.
    func endpoint(
        in environment: [String: String] = ProcessInfo.processInfo.environment,
        warn: (String) -> Void = Self.warn
    ) throws -> AMQPEndpoint {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let address =
            url.flatMap { $0.isEmpty ? nil : $0 } ?? variable("WARREN_BROKER")
            ?? PrivateBroker(home: WarrenHome(environment: environment)).url ?? "amqp://localhost"
        var isPasswordOpen = false
        var endpoint = try AMQPEndpoint(url: address) { () throws(AMQPError) in
            isPasswordOpen = true
            guard let file = passwordFile ?? variable("WARREN_BROKER_PASSWORD_FILE") else {
                return variable("WARREN_BROKER_PASSWORD")
            }
            return try PasswordFile(path: file, warn: warn).password
        }
        endpoint.seal = try (keys ?? variable("WARREN_KEY_FILE")).map { try KeyFile.read($0) }
        guard isPasswordOpen || passwordFile == nil else {
            throw WarrenError(
                .usage,
                "the broker's address holds a password already; leave out --password-file"
            )
        }
        guard endpoint.tls != nil else {
            guard authorities == nil, certificate == nil, key == nil else {
                throw WarrenError(
                    .usage,
                    "\(endpoint) is not encrypted, so there is no use for --broker-…; write amqps://"
                )
            }
            return endpoint
        }
        endpoint.tls = TLSOptions(
            authorities: authorities ?? variable("WARREN_BROKER_CA"),
            identity: try identity(variable, warn)
        )
        return endpoint
    }

    private func identity(
        _ variable: (String) -> String?,
        _ warn: (String) -> Void
    ) throws -> TLSOptions.Identity? {
        let key = key ?? variable("WARREN_BROKER_KEY")
        guard let certificate = certificate ?? variable("WARREN_BROKER_CERTIFICATE") else {
            guard key == nil else {
                throw WarrenError(
                    .usage,
                    "a key without its certificate; add --broker-certificate or WARREN_BROKER_CERTIFICATE"
                )
            }
            return nil
        }
        let identity = TLSOptions.Identity(certificate: certificate, key: key ?? certificate)
        SecretFile.check(identity.key, "key", warn)
        return identity
    }

    private static func warn(_ warning: String) {
        var standardError = StandardError()
        print("warning: \(warning)", to: &standardError)
    }
}
