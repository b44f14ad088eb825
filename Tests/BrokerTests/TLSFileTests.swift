import AMQP
import Foundation
import Testing

/// Files that the user names and that are of no use: each is named, with what is wrong with it.
@Suite(.takingTurns) struct TLSFileTests {
    /// No broker is needed: the files are read before anybody is spoken to.
    private func message(
        authorities: String? = nil,
        certificate: String? = nil,
        key: String? = nil
    ) async throws -> String {
        let identity = certificate.map { TLSOptions.Identity(certificate: $0, key: key ?? $0) }
        let endpoint = AMQPEndpoint(
            host: "127.0.0.1",
            port: 1,
            user: "guest",
            password: "s3cret",
            tls: TLSOptions(authorities: authorities, identity: identity)
        )
        let error = try #require(throws: AMQPError.self) {
            _ = try Session.open(to: endpoint, name: "test")
        }
        #expect(error.code == .unusableFile)
        return error.message
    }

    private func file(_ text: String) throws -> String {
        let path = try TestRun.makeFolder("file") + "/file.pem"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func missingFilesAreNamed() async throws {
        let path = "/nonexistent/file.pem"
        let mine = try TestCertificate(authority: "mine")
        #expect(
            try await message(authorities: path) == """
                cannot read the CA file \(path): No such file or directory; name another in --broker-ca or WARREN_BROKER_CA
                """
        )
        #expect(try await message(certificate: path).hasPrefix("cannot read the certificate file \(path)"))
        let noKey = try await message(certificate: mine.certificate, key: path)
        #expect(noKey.hasPrefix("cannot read the key file \(path): No such file or directory;"))
    }

    @Test func filesOfAnotherKindAreNamed() async throws {
        let (nonsense, mine) = (try file("nonsense\n"), try TestCertificate(authority: "mine"))
        #expect(
            try await message(authorities: nonsense).hasPrefix("the CA file \(nonsense) holds no certificate")
        )
        #expect(
            try await message(certificate: nonsense)
                .hasPrefix("the certificate file \(nonsense) holds no usable certificate")
        )
        #expect(
            try await message(certificate: mine.certificate, key: nonsense)
                .hasPrefix("the key file \(nonsense) holds no usable key")
        )
        // The certificate's own file, which is where the key is looked for.
        #expect(
            try await message(certificate: mine.certificate)
                .hasPrefix("the key file \(mine.certificate) holds no usable key")
        )
    }

    @Test func keyOfAnotherCertificateIsNamed() async throws {
        let (mine, yours) = (try TestCertificate(authority: "mine"), try TestCertificate(authority: "yours"))
        let expected = "the key in \(yours.key) does not belong to the certificate in \(mine.certificate)"
        #expect(try await message(certificate: mine.certificate, key: yours.key).hasPrefix(expected))
        // Nor one of another sort.
        let rsa = try file("")
        try TestCertificate.openssl("genrsa", "-out", rsa, "2048")
        let other = "the key in \(rsa) does not belong to the certificate in \(mine.certificate)"
        #expect(try await message(certificate: mine.certificate, key: rsa).hasPrefix(other))
    }

    @Test func encryptedKeyIsNotAskedAbout() async throws {
        let mine = try TestCertificate(authority: "mine")
        let key = try file("")
        try TestCertificate.openssl("pkey", "-in", mine.key, "-aes256", "-passout", "pass:x", "-out", key)
        let said = try await message(certificate: mine.certificate, key: key)
        #expect(said.hasPrefix("the key in \(key) is encrypted"))
    }
}
