import Foundation

@testable import WarrenCommands

/// Encrypted ports of a test's broker.
extension TestBroker {
    /// Opens another port, for encrypted connections; it is open for as long as this broker runs.
    ///
    /// - Parameter options: More of Erlang's for its TLS, such as `{verify, verify_peer}`.
    func listen(
        with certificate: TestCertificate,
        authority: TestCertificate? = nil,
        _ options: String...
    ) async throws -> UInt16 {
        let port = try Self.freePort()
        var all = [
            "{certfile, \"\(certificate.certificate)\"}", "{keyfile, \"\(certificate.key)\"}",
        ]
        if let authority { all.append("{cacertfile, \"\(authority.certificate)\"}") }
        let list = (all + options).joined(separator: ", ")
        let _: Bool = try await evaluate(
            "begin ok = rabbit_networking:start_ssl_listener({\"127.0.0.1\", \(port)}, [\(list)], 2), true end"
        )
        return port
    }

    /// A port on which nobody listens.
    static func freePort() throws -> UInt16 { try BrokerPorts.free().amqp }

    /// What RabbitMQ reads of an encrypted port that it opens whenever it starts.
    static func configuration(
        port: UInt16,
        _ certificate: TestCertificate,
        clientsOf authority: TestCertificate
    ) -> String {
        """
        listeners.ssl.local = 127.0.0.1:\(port)
        ssl_options.certfile = \(certificate.certificate)
        ssl_options.keyfile = \(certificate.key)
        ssl_options.cacertfile = \(authority.certificate)
        ssl_options.verify = verify_peer
        ssl_options.fail_if_no_peer_cert = true

        """
    }

    /// The address of an encrypted port.
    func encryptedURL(port: UInt16, host: String = "127.0.0.1") throws -> String {
        "amqps://warren:\(try password)@\(host):\(port)"
    }

    /// Of the user `warren`.
    var password: String {
        get throws {
            guard let node = try privateBroker.folder.load() else {
                throw TestFailure("the test broker never ran")
            }
            return node.password
        }
    }

    /// Waits until somebody listens on a port, which tells nobody that it has been opened.
    static func opens(_ port: UInt16, within limit: Duration = .seconds(10)) async throws {
        let deadline = ContinuousClock.now + limit
        while LoopbackSocket(port: port) == nil {
            guard ContinuousClock.now < deadline else { throw TestFailure("nobody listens on port \(port)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
