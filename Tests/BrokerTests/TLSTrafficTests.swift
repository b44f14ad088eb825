import AMQP
import Foundation
import Testing

@testable import Warren

/// What goes through an encrypted connection: everything, as through any other.
@Suite(.serialized, .takingTurns) struct TLSTrafficTests {
    private let authority: TestCertificate
    private let client: TestCertificate

    init() throws {
        authority = try TestCertificate(authority: "Warren Test CA")
        client = try TestCertificate(for: "DNS:client", by: authority)
    }

    private var identity: [String: String] {
        [
            "WARREN_BROKER_CA": authority.certificate,
            "WARREN_BROKER_CERTIFICATE": client.certificate,
            "WARREN_BROKER_KEY": client.key,
        ]
    }

    @Test func killedWorkersAndARestartedBrokerChangeNothing() async throws {
        let (port, server) = (try TestBroker.freePort(), try TestCertificate(by: authority))
        let configuration = TestBroker.configuration(port: port, server, clientsOf: authority)
        try await TestBroker.withOwn(configuration: configuration) { broker in
            try await TestBroker.opens(port)
            let url = ["WARREN_BROKER": try broker.encryptedURL(port: port)]
            try await withWarren(nil, environment: identity.merging(url) { $1 }) { warren in
                let (victim, worker) = (
                    try await warren.worker("victim", pool: "default"),
                    try await warren.worker("w", pool: "default", slots: 2)
                )
                let (submit, path) = try warren.submit(
                    "drill",
                    "--set",
                    "units=4000",
                    "--set",
                    "sleep=4000",
                    "--fragment-size",
                    "20"
                )
                try await victim.line(containing: "first fragment")
                victim.kill()
                try await submit.line(containing: "redelivered")
                // With fragments in hand, however long it takes to stop the broker.
                worker.freeze()
                try await broker.stop()
                worker.thaw()
                try await broker.start()
                try await submit.line(containing: "connected again", within: .seconds(60))
                try await worker.line(containing: "connected again", within: .seconds(60))
                #expect(try await submit.exit(within: .seconds(90)) == .exited(0))
                #expect(submit.output == drillResult(units: 4000))
                let receipt = try Receipt(at: path)
                #expect(receipt.units == 4000 && receipt.redelivered >= 1)
            }
        }
    }

    /// A certificate that expires while jobs run is a loss like any other: they go on when it has been renewed.
    @Test func certificateMayBeRenewedLater() async throws {
        let (port, server) = (try TestBroker.freePort(), try TestCertificate(by: authority))
        let expired = try TestCertificate(by: authority, years: 2020..<2021)
        let (good, bad) = (try contents(of: server), try contents(of: expired))
        let configuration = TestBroker.configuration(port: port, server, clientsOf: authority)
        try await TestBroker.withOwn(configuration: configuration) { broker in
            try await TestBroker.opens(port)
            let url = ["WARREN_BROKER": try broker.encryptedURL(port: port)]
            try await withWarren(nil, environment: identity.merging(url) { $1 }) { warren in
                let worker = try await warren.worker("w", pool: "default")
                try write(bad, to: server)
                try await broker.restart()
                try await TestBroker.opens(port)
                try await worker.line(containing: "connecting again")
                // Somebody new does not get in, and those who were there do not give up.
                let newcomer = try warren.start("workers")
                #expect(try await newcomer.exit() == .exited(2))
                #expect(newcomer.tail.contains("expired at 2021-01-01 00:00 UTC"))
                try write(good, to: server)
                try await broker.restart()
                try await worker.line(containing: "connected again", within: .seconds(60))
                let submit = try warren.start("submit", "drill", "--set", "units=100")
                #expect(try await submit.exit() == .exited(0))
                #expect(submit.output == drillResult(units: 100))
            }
        }
    }

    /// The right certificate is shown only to those who say whom they want.
    @Test func hostNameIsSent() async throws {
        let broker = try await TestBroker.shared
        let (wrong, right) = (
            try TestCertificate(for: "DNS:broker.example", by: authority),
            try TestCertificate(for: "DNS:localhost", by: authority)
        )
        let names = "{certfile, \"\(right.certificate)\"}, {keyfile, \"\(right.key)\"}"
        let port = try await broker.listen(with: wrong, "{sni_hosts, [{\"localhost\", [\(names)]}]}")
        try await withWarren(nil) { warren in
            let url = try broker.encryptedURL(port: port, host: "localhost")
            let process = try warren.start(
                "workers",
                "--broker",
                url,
                "--broker-ca",
                authority.certificate
            )
            #expect(try await process.exit() == .exited(0))
        }
    }

    /// Any certificate in the file is trusted, be it the broker's own.
    @Test func brokersOwnCertificateMayBeTrusted() async throws {
        let broker = try await TestBroker.shared
        let certificate = try TestCertificate(by: authority)
        let port = try await broker.listen(with: certificate)
        try await withWarren(nil) { warren in
            let url = try broker.encryptedURL(port: port)
            let process = try warren.start(
                "workers",
                "--broker",
                url,
                "--broker-ca",
                certificate.certificate
            )
            #expect(try await process.exit() == .exited(0))
        }
    }

    /// More than a record of TLS, a frame of AMQP or what the socket takes at once; and many at a time.
    @Test(arguments: ["tlsv1.2", "tlsv1.3"])
    func messagesOfAllSizesArriveAsTheyWere(version: String) async throws {
        let broker = try await TestBroker.shared
        let port = try await broker.listen(
            with: try TestCertificate(by: authority),
            "{versions, ['\(version)']}"
        )
        var endpoint = try AMQPEndpoint(url: try broker.encryptedURL(port: port))
        endpoint.tls = TLSOptions(authorities: authority.certificate)
        let sizes =
            [0, 1, 16_383, 16_384, 16_385, 131_064, 131_065, 1 << 20, 8 << 20, 15 << 20]
            + Array(repeating: 100, count: 20_000)
        try await MessageLoop.run(sizes, through: endpoint)
    }

    private func contents(of certificate: TestCertificate) throws -> [Data] {
        try [certificate.certificate, certificate.key].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    }

    private func write(_ contents: [Data], to certificate: TestCertificate) throws {
        for (data, path) in zip(contents, [certificate.certificate, certificate.key]) {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        }
    }
}
