import AMQP
import ArgumentParser
import Foundation
import Testing
import Warren

@testable import WarrenCommands

/// Where the broker's address, the password and the certificates come from. No broker is needed.
@Suite struct BrokerOptionTests {
    /// What the options and variables come to, and the warnings.
    private func endpoint(
        _ arguments: [String],
        _ variables: [String: String] = [:]
    ) throws -> (AMQPEndpoint, warnings: [String]) {
        var warnings: [String] = []
        var environment = ["WARREN_HOME": "/nonexistent"]
        environment.merge(variables) { $1 }
        let endpoint = try BrokerOption.parse(arguments).endpoint(in: environment) { warnings.append($0) }
        return (endpoint, warnings)
    }

    private func secret(_ text: String, mode: Int = 0o600) throws -> String {
        let path = try TestRun.makeFolder("secret") + "/secret"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @Test func withoutAnythingItIsTheLocalBroker() throws {
        let (endpoint, warnings) = try endpoint([])
        #expect("\(endpoint)" == "amqp://guest@localhost:5672")
        #expect(endpoint.password == "guest")
        #expect(warnings.isEmpty)
    }

    @Test(arguments: ["pass word", "pass word\n", "pass word\r\n"])
    func passwordComesFromAFile(text: String) throws {
        let path = try secret(text)
        let byOption = try endpoint(["--broker", "amqp://bob@host", "--password-file", path])
        #expect(byOption.0.password == "pass word")
        let variables = ["WARREN_BROKER": "amqp://bob@host", "WARREN_BROKER_PASSWORD_FILE": path]
        let byVariable = try endpoint([], variables.merging(["WARREN_BROKER_PASSWORD": "other"]) { $1 })
        #expect(byVariable.0.password == "pass word")
        #expect(byOption.warnings.isEmpty && byVariable.warnings.isEmpty)
    }

    @Test(arguments: [
        ("amqp://bob@host", "secret"), ("amqp://bob:@host", ""), ("amqp://bob:own@host", "own"),
        ("amqp://host", "secret"),
    ])
    func passwordInAVariableIsForAddressesWithoutOne(url: String, password: String) throws {
        let (endpoint, _) = try endpoint(["--broker", url], ["WARREN_BROKER_PASSWORD": "secret"])
        #expect(endpoint.password == password)
    }

    @Test func passwordFileIsNotForAddressesWithAPassword() throws {
        let path = try secret("x")
        let error = try #require(throws: WarrenError.self) {
            try endpoint(["--broker", "amqp://bob:own@host", "--password-file", path])
        }
        #expect(error.code == .usage)
        #expect("\(error)".contains("leave out --password-file"))
    }

    @Test(arguments: [
        ("", "is empty"), ("\n", "is empty"), ("one\ntwo\n", "holds something other than one line of text"),
        ("a\0b", "one line of text"), (String(repeating: "x", count: 10_000), "one line of text"),
    ])
    func passwordFileOfAnotherKindIsRefused(text: String, message: String) throws {
        let path = try secret(text)
        let error = try #require(throws: AMQPError.self) {
            try endpoint(["--broker", "amqp://bob@host", "--password-file", path])
        }
        #expect(error.code == .unusableFile)
        #expect(error.message.hasPrefix("the password file \(path) "))
        #expect(error.message.contains(message))
        #expect(!error.message.contains("one\ntwo"))
    }

    @Test func missingPasswordFileIsNamed() throws {
        let error = try #require(throws: AMQPError.self) {
            try endpoint(["--broker", "amqp://bob@host", "--password-file", "/nonexistent/file"])
        }
        #expect(error.message.hasPrefix("cannot read the password file /nonexistent/file: No such file"))
    }

    @Test func secretsThatEverybodyMayReadAreWarnedOf() throws {
        let (password, key) = (try secret("x", mode: 0o644), try secret("x", mode: 0o604))
        let (_, warnings) = try endpoint([
            "--broker", "amqps://bob@host", "--password-file", password, "--broker-certificate", key,
        ])
        #expect(
            warnings == [
                "every user of this machine may read the password in \(password); chmod o-r \(password)",
                "every user of this machine may read the key in \(key); chmod o-r \(key)",
            ]
        )
        // A group is made on purpose.
        let shared = try secret("x", mode: 0o640)
        #expect(try endpoint(["--broker", "amqp://b@host", "--password-file", shared]).warnings.isEmpty)
    }

    @Test func optionsComeBeforeVariables() throws {
        let variables = [
            "WARREN_BROKER": "amqps://bob@host", "WARREN_BROKER_CA": "/v/ca",
            "WARREN_BROKER_CERTIFICATE": "/v/certificate", "WARREN_BROKER_KEY": "/v/key",
        ]
        #expect(
            try endpoint([], variables).0.tls
                == TLSOptions(
                    authorities: "/v/ca",
                    identity: TLSOptions.Identity(certificate: "/v/certificate", key: "/v/key")
                )
        )
        let options = [
            "--broker-ca", "/o/ca", "--broker-certificate", "/o/certificate", "--broker-key", "/o/key",
        ]
        #expect(
            try endpoint(options, variables).0.tls
                == TLSOptions(
                    authorities: "/o/ca",
                    identity: TLSOptions.Identity(certificate: "/o/certificate", key: "/o/key")
                )
        )
    }

    @Test func keyMayBeInTheFileWithTheCertificate() throws {
        let (endpoint, _) = try endpoint(["--broker", "amqps://host", "--broker-certificate", "/c"])
        #expect(endpoint.tls?.identity == TLSOptions.Identity(certificate: "/c", key: "/c"))
        #expect(endpoint.tls?.authorities == nil)
    }

    @Test(arguments: ["--broker-ca", "--broker-certificate", "--broker-key"])
    func optionsForTLSAreRefusedWithoutIt(option: String) throws {
        let error = try #require(throws: WarrenError.self) {
            try endpoint(["--broker", "amqp://host", option, "/file"])
        }
        #expect(error.code == .usage)
        // As variables they may be there for another broker.
        let variables = ["WARREN_BROKER_CA": "/ca", "WARREN_BROKER_KEY": "/key"]
        #expect(try endpoint(["--broker", "amqp://host"], variables).0.tls == nil)
    }

    @Test func keyWithoutACertificateIsRefused() throws {
        let error = try #require(throws: WarrenError.self) {
            try endpoint(["--broker", "amqps://host"], ["WARREN_BROKER_KEY": "/key"])
        }
        #expect("\(error)".contains("--broker-certificate"))
    }
}
