import Testing

@testable import AMQP

@Suite struct AMQPEndpointTests {
    @Test(arguments: [
        ("amqp://host", "host", 5672, "/"),
        ("amqp://host/", "host", 5672, "/"),
        ("amqp://host/%2f", "host", 5672, "/"),
        ("amqp://host/%2F", "host", 5672, "/"),
        ("AMQP://host:1234/prod", "host", 1234, "prod"),
        ("amqp://host/a%2fb", "host", 5672, "a/b"),
        ("amqp://[::1]", "::1", 5672, "/"),
        ("amqp://[fe80::1]:5673/v", "fe80::1", 5673, "v"),
        ("amqp://10.0.0.1:65535", "10.0.0.1", 65535, "/"),
    ])
    func addressIsRead(url: String, host: String, port: Int, vhost: String) throws {
        #expect(
            try AMQPEndpoint(url: url)
                == AMQPEndpoint(host: host, port: port, user: "guest", password: "guest", vhost: vhost)
        )
    }

    @Test(arguments: [
        ("amqp://bob:secret@host", "bob", "secret"),
        ("amqp://bob@host", "bob", ""),
        ("amqp://bob:@host", "bob", ""),
        ("amqp://b%40b:p%40ss%3Aw%2Frd%25@host", "b@b", "p@ss:w/rd%"),
        ("amqp://bob:a:b@host", "bob", "a:b"),
        ("amqp://bob:p@ss@host", "bob", "p@ss"),
        ("amqp://bob:g%C3%BCn@host", "bob", "gün"),
    ])
    func credentialsAreRead(url: String, user: String, password: String) throws {
        let endpoint = try AMQPEndpoint(url: url)
        #expect(endpoint.host == "host")
        #expect(endpoint.user == user)
        #expect(endpoint.password == password)
    }

    @Test(arguments: [
        "", "host", "host:5672", "http://host", "amqp://", "amqp:///", "amqp://:5672", "amqp://host:",
        "amqp://host:0",
        "amqp://host:65536", "amqp://host:x", "amqp://host:-1", "amqp://host?heartbeat=5", "amqp://host/#a",
        "amqp://[::1", "amqp://[::1]x", "amqp://[::1]:", "amqp://::1", "amqp://host/%2", "amqp://host/%zz",
        "amqp://b%4@host", "amqp://bob:%@host", "amqp://@",
    ])
    func senselessAddressIsRefusedWithAnExample(url: String) throws {
        let error = try #require(throws: AMQPError.self) { try AMQPEndpoint(url: url) }
        #expect(error.code == .invalidAddress)
        #expect(error.isPermanent)
        #expect(error.message.contains("amqp://user:password@host:5672/vhost"))
    }

    @Test(arguments: [
        ("amqps://host", "host", 5671, "/"),
        ("AMQPS://host:1234/prod", "host", 1234, "prod"),
        ("amqps://[::1]", "::1", 5671, "/"),
    ])
    func encryptedAddressIsRead(url: String, host: String, port: Int, vhost: String) throws {
        let endpoint = try AMQPEndpoint(url: url)
        #expect(
            endpoint
                == AMQPEndpoint(
                    host: host,
                    port: port,
                    user: "guest",
                    password: "guest",
                    vhost: vhost,
                    tls: TLSOptions()
                )
        )
        #expect("\(endpoint)".hasPrefix("amqps://guest@"))
    }

    @Test(arguments: [
        ("amqp://host", "guest", "elsewhere"),
        ("amqp://bob@host", "bob", "elsewhere"),
        ("amqp://bob:@host", "bob", ""),
        ("amqp://bob:here@host", "bob", "here"),
    ])
    func passwordMayComeFromElsewhere(url: String, user: String, password: String) throws {
        let endpoint = try AMQPEndpoint(url: url) { () throws(AMQPError) in "elsewhere" }
        #expect(endpoint.user == user)
        #expect(endpoint.password == password)
    }

    /// Passwords as people type them, with whatever breaks the address.
    @Test(arguments: [
        "amqp://bob:s3cret@host", "amqp://bob:s3cret@host:99999", "amqp://bob:s3cret@host:s",
        "amqp://bob:s3cret@",
        "amqp://bob:s3cret/x@host", "amqp://bob:4/s3cret@host", "amqp://bob:s3cret?x@host",
        "amqp://bob:s3cret%@host",
        "amqp://bob:x@s3cret@host/%", "http://bob:s3cret@host", "bob:s3cret://@host", "amqp://bob:s3cret",
        "amqp://[::1]s3cret", "s3cret", "amqps://bob:s3cret@host", "amqps://bob:s3cret/x@host",
        "amqp://bob:s3cret#@host", "amqp://bob:1:2/s3cret@host",
    ])
    func passwordIsNeverShown(url: String) {
        do throws(AMQPError) {
            let endpoint = try AMQPEndpoint(url: url)
            #expect(!"\(endpoint)".contains("s3cret"))
            // Nor where something holds it.
            #expect(!"\([endpoint as AMQPEndpoint?])".contains("s3cret"))
            #expect(!String(reflecting: endpoint).contains("s3cret"))
        } catch {
            #expect(!error.message.contains("s3cret"))
            #expect(!"\(error)".contains("s3cret"))
        }
    }

    @Test func passwordIsNotShownToADebuggersDumpEither() throws {
        var text = ""
        dump(try AMQPEndpoint(url: "amqp://bob:s3cret@host"), to: &text)
        #expect(!text.contains("s3cret"))
    }

    @Test(arguments: [
        ("amqp://bob:x@host", "amqp://bob@host:5672"),
        ("amqp://[::1]:9/prod", "amqp://guest@[::1]:9/prod"),
        ("amqps://bob:x@host", "amqps://bob@host:5671"),
    ])
    func descriptionIsTheAddressWithoutThePassword(url: String, description: String) throws {
        #expect("\(try AMQPEndpoint(url: url))" == description)
    }
}
