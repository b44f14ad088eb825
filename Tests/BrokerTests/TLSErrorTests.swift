import Foundation
import Testing

@testable import WarrenCommands

/// Certificates that are not in order: no connection, a sentence that says why and what to do, exit code 2.
@Suite(.serialized, .takingTurns) struct TLSErrorTests {
    private let authority: TestCertificate

    init() throws { authority = try TestCertificate(authority: "Warren Test CA") }

    /// Starts `warren` with an encrypted port, expects it to fail, and returns what it said.
    private func refusal(
        at url: String,
        _ arguments: [String] = ["workers"],
        _ options: [String: String] = [:]
    ) async throws -> String {
        try await withWarren(nil, environment: ["WARREN_BROKER": url].merging(options) { $1 }) { warren in
            let process = try warren.start(arguments)
            #expect(try await process.exit() == .exited(2))
            #expect(process.output.isEmpty)
            return process.tail
        }
    }

    private var trusting: [String: String] { ["WARREN_BROKER_CA": authority.certificate] }

    @Test(arguments: [["submit", "primes"], ["worker"], ["workers"], ["cancel", "0123456789abcdef"]])
    func certificateForAnotherHostIsRefusedByEveryCommand(arguments: [String]) async throws {
        let broker = try await TestBroker.shared
        let certificate = try TestCertificate(
            for: "DNS:broker.example,DNS:b2.example,IP:10.0.0.1",
            by: authority
        )
        let url = try broker.encryptedURL(port: try await broker.listen(with: certificate))
        let said = try await refusal(at: url, arguments, trusting)
        #expect(said.contains("is for broker.example, b2.example and 10.0.0.1, not for 127.0.0.1;"))
        #expect(!said.contains(try broker.password))
    }

    @Test(arguments: [
        (2020..<2021, "expired at 2021-01-01 00:00 UTC"),
        (2044..<2045, "is not valid before 2044-01-01 00:00 UTC"),
    ])
    func certificateOutOfItsTimeIsRefused(years: Range<Int>, message: String) async throws {
        let broker = try await TestBroker.shared
        let certificate = try TestCertificate(by: authority, years: years)
        let url = try broker.encryptedURL(port: try await broker.listen(with: certificate))
        #expect(try await refusal(at: url, ["workers"], trusting).contains(message))
    }

    @Test func unknownAuthorityIsNamed() async throws {
        let broker = try await TestBroker.shared
        let certificate = try TestCertificate(by: authority)
        let url = try broker.encryptedURL(port: try await broker.listen(with: certificate))
        let unaided = try await refusal(at: url)
        #expect(unaided.contains("is signed by /CN=Warren Test CA, which is nothing that this system trusts"))
        #expect(unaided.contains("name a file that holds it in --broker-ca or WARREN_BROKER_CA"))
        let other = try TestCertificate(authority: "Another CA").certificate
        let misled = try await refusal(at: url, ["workers", "--broker-ca", other])
        #expect(misled.contains("is signed by /CN=Warren Test CA, which is not in \(other)"))
    }

    @Test func certificateThatSignsItselfIsNamed() async throws {
        let broker = try await TestBroker.shared
        let url = try broker.encryptedURL(port: try await broker.listen(with: authority))
        #expect(try await refusal(at: url).contains("is self-signed, and is nothing that this system trusts"))
    }

    /// With TLS 1.3 the broker's word may be lost, if it hangs up before it is read.
    @Test(arguments: ["tlsv1.2", "tlsv1.3"])
    func missingClientCertificateIsAskedFor(version: String) async throws {
        let broker = try await TestBroker.shared
        let port = try await broker.listen(
            with: try TestCertificate(by: authority),
            authority: authority,
            "{verify, verify_peer}",
            "{fail_if_no_peer_cert, true}",
            "{versions, ['\(version)']}"
        )
        let url = try broker.encryptedURL(port: port)
        let said = try await refusal(at: url, ["worker"], trusting)
        #expect(
            said.contains("a client certificate; name its file in --broker-certificate or WARREN_BROKER_CERT")
        )
        // That of another CA is no better.
        let other = try TestCertificate(by: try TestCertificate(authority: "Another CA"))
        let options = ["--broker-certificate", other.certificate, "--broker-key", other.key]
        let refused = try await refusal(at: url, ["worker"] + options, trusting)
        #expect(refused.contains("the client certificate in \(other.certificate): amqps://"))
    }

    @Test func portsOfEitherKindAreToldApart() async throws {
        let broker = try await TestBroker.shared
        let port = try await broker.listen(with: try TestCertificate(by: authority))
        let plain = try broker.url
        let encrypted = try await refusal(at: plain.replacing("amqp://", with: "amqps://"))
        #expect(encrypted.contains("does not speak TLS"))
        let unencrypted = try await refusal(
            at: try broker.encryptedURL(port: port).replacing("amqps://", with: "amqp://")
        )
        #expect(unencrypted.contains("speaks TLS; use amqps://"))
    }

    @Test func oldTLSIsRefused() async throws {
        let broker = try await TestBroker.shared
        let port = try await broker.listen(
            with: try TestCertificate(by: authority),
            "{versions, ['tlsv1.1']}"
        )
        let said = try await refusal(at: try broker.encryptedURL(port: port), ["workers"], trusting)
        #expect(said.contains("speaks no TLS that we do"))
    }

    /// The first of three connections that fails ends the process, with the others in the middle of something.
    @Test func processEndsInGoodOrderWhileOthersConnect() async throws {
        try await withWarren(nil, environment: trusting) { warren in
            for _ in 0..<25 {
                let process = try warren.start("submit", "primes", "--broker", "amqps://127.0.0.1:1")
                #expect(try await process.exit() == .exited(2))
            }
        }
    }
}
