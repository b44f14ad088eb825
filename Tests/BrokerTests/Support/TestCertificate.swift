import Foundation

/// A certificate and its key, made for one test with the openssl command line.
struct TestCertificate: Sendable {
    /// Paths of files in PEM form.
    let certificate: String
    let key: String

    /// The hosts of the tests' brokers.
    static let loopback = "DNS:localhost,IP:127.0.0.1"

    /// One that signs itself, fit for a CA.
    init(authority name: String) throws {
        let folder = try TestRun.makeFolder("ca")
        (certificate, key) = (folder + "/certificate.pem", folder + "/key.pem")
        try Self.openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=\(name)",
            "-keyout",
            key,
            "-out",
            certificate
        )
    }

    /// One that an authority signs.
    ///
    /// - Parameters:
    ///   - hosts: As openssl writes them: `DNS:localhost,IP:127.0.0.1`.
    ///   - years: Those at whose beginning its validity begins and ends.
    init(for hosts: String = Self.loopback, by authority: TestCertificate, years: Range<Int> = 2020..<2045)
        throws
    {
        let folder = try TestRun.makeFolder("certificate")
        (certificate, key) = (folder + "/certificate.pem", folder + "/key.pem")
        let (request, configuration) = (folder + "/request.pem", folder + "/ca.conf")
        let text = """
            [ca]
            default_ca = test
            [test]
            database = \(folder)/index
            new_certs_dir = \(folder)
            rand_serial = yes
            default_md = sha256
            policy = any
            x509_extensions = leaf
            [any]
            commonName = supplied
            [leaf]
            subjectAltName = \(hosts)
            extendedKeyUsage = serverAuth, clientAuth

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: configuration))
        try Data().write(to: URL(fileURLWithPath: folder + "/index"))
        try Self.openssl(
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            "/CN=test",
            "-keyout",
            key,
            "-out",
            request
        )
        try Self.openssl(
            "ca",
            "-batch",
            "-notext",
            "-config",
            configuration,
            "-in",
            request,
            "-out",
            certificate,
            "-cert",
            authority.certificate,
            "-keyfile",
            authority.key,
            "-startdate",
            "\(years.lowerBound)0101000000Z",
            "-enddate",
            "\(years.upperBound)0101000000Z"
        )
    }

    /// Runs `openssl`.
    static func openssl(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestFailure("openssl \(arguments.joined(separator: " ")): \(text)")
        }
    }
}
