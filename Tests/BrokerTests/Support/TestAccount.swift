import AMQP

@testable import Warren

/// A user of the test broker with the permissions of a role in one virtual host, and none elsewhere.
struct TestAccount: Sendable {
    let name: String
    /// With its password.
    let url: String

    /// - Parameter missing: What is left out of its permissions.
    static func make(
        _ role: AccountRole,
        on vhost: String,
        without missing: (permission: AMQPRefusal.Permission, name: String)? = nil,
        at broker: TestBroker
    ) async throws -> TestAccount {
        let name = "\(role)-\(UInt32.random(in: .min ... .max))"
        try await broker.allow(
            name,
            on: vhost,
            AMQPRefusal.Permission.allCases.map { permission in
                guard let missing, missing.permission == permission else {
                    return role.expression(permission)
                }
                let names = role.names(permission).filter { $0 != missing.name }
                return names.isEmpty ? "^$" : #"^warren\.("# + names.joined(separator: "|") + ")$"
            }
        )
        return TestAccount(name: name, url: try broker.url(user: name, password: "secret", vhost: vhost))
    }
}
