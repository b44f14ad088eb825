/// Where a broker is, and who we are there: `amqp://user:password@host:port/vhost`, or `amqps://` if what is said there
/// is to be encrypted.
package struct AMQPEndpoint: Equatable, Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int
    package let user: String
    package let password: String
    package let vhost: String
    /// How the connection is encrypted; nil if it is not.
    package var tls: TLSOptions?
    /// Signs what is sent there, and checks what comes; nil if nothing is signed.
    package var seal: (any MessageSeal)?

    package init(
        host: String,
        port: Int = 5672,
        user: String,
        password: String,
        vhost: String = "/",
        tls: TLSOptions? = nil
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.vhost = vhost
        self.tls = tls
    }

    /// Reads a URL. What is left out is `guest`, `guest`, port 5672 (5671 of `amqps`) and the virtual host `/`; both
    /// `amqp://host` and `amqp://host/` mean the virtual host `/`.
    ///
    /// - Parameter password: Asked if the URL holds none; nil if that is how it is.
    /// - Throws: ``AMQPError/Code/invalidAddress``, without repeating the password; or what `password` throws.
    package init(
        url: String,
        password: () throws(AMQPError) -> String? = { () throws(AMQPError) in nil }
    ) throws(AMQPError) {
        func invalid(_ why: String) -> AMQPError {
            AMQPError(
                .invalidAddress,
                "\(why) in the broker's address; it looks like amqp://user:password@host:5672/vhost"
            )
        }
        guard let scheme = url.firstRange(of: "://") else { throw invalid("“://” is missing") }
        let isEncrypted: Bool
        switch url[..<scheme.lowerBound].lowercased() {
        case "amqp": isEncrypted = false
        case "amqps": isEncrypted = true
        default: throw invalid("something other than “amqp” or “amqps” before “://”")
        }
        var rest = url[scheme.upperBound...]
        guard !rest.contains("?"), !rest.contains("#") else {
            throw invalid("options after “?” are not supported")
        }
        var vhost = ""
        if let slash = rest.firstIndex(of: "/") {
            // A raw “/” in a password cuts the address there; what follows must not be taken for a name and shown.
            guard !rest[slash...].contains("@") else {
                throw invalid("a “/” or “@” that must be written %2F or %40")
            }
            guard let decoded = Self.decode(rest[rest.index(after: slash)...]) else {
                throw invalid("a “%” without two hexadecimal digits in the virtual host")
            }
            vhost = decoded
            rest = rest[..<slash]
        }
        var user = "guest"
        var secret: String?
        var unlessGiven = "guest"
        if let at = rest.lastIndex(of: "@") {
            let credentials = rest[..<at].split(
                separator: ":",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard let name = Self.decode(credentials[0]) else { throw invalid(Self.badCredentials) }
            user = name
            unlessGiven = ""
            if let encoded = credentials.dropFirst().first {
                guard let decoded = Self.decode(encoded) else { throw invalid(Self.badCredentials) }
                secret = decoded
            }
            rest = rest[rest.index(after: at)...]
        }
        let (host, port) = try Self.hostAndPort(rest, invalid)
        if secret == nil { secret = try password() }
        self.init(
            host: host,
            port: port ?? (isEncrypted ? 5671 : 5672),
            user: user,
            password: secret ?? unlessGiven,
            vhost: vhost.isEmpty ? "/" : vhost,
            tls: isEncrypted ? TLSOptions() : nil
        )
    }

    private static let badCredentials = "a “%” without two hexadecimal digits in the user or password"

    private static func hostAndPort(_ text: Substring, _ invalid: (String) -> AMQPError) throws(AMQPError)
        -> (String, Int?)
    {
        var host = text
        var digits: Substring?
        if text.first == "[", let close = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<close]
            let tail = text[text.index(after: close)...]
            if tail.first == ":" {
                digits = tail.dropFirst()
            } else if !tail.isEmpty {
                throw invalid("something other than a port after “]”")
            }
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            digits = text[text.index(after: colon)...]
            guard !host.contains(":") else { throw invalid("an IPv6 address without brackets") }
        }
        guard !host.isEmpty else { throw invalid("no host") }
        guard let digits else { return (String(host), nil) }
        guard let port = Int(digits), (1...65535).contains(port) else {
            throw invalid("a port that is no number from 1 to 65535")
        }
        return (String(host), port)
    }

    private static func decode(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The address without the password.
    package var description: String {
        let scheme = tls == nil ? "amqp" : "amqps"
        let host = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(user)@\(host):\(port)\(vhost == "/" ? "" : "/\(vhost)")"
    }
}

extension AMQPEndpoint: CustomReflectable {
    /// What `dump`, debuggers and failing tests show.
    package var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}

extension AMQPEndpoint {
    /// Whether it is the same place and the same person, whatever is signed.
    package static func == (left: AMQPEndpoint, right: AMQPEndpoint) -> Bool {
        (left.host, left.port, left.user, left.password, left.vhost)
            == (right.host, right.port, right.user, right.password, right.vhost) && left.tls == right.tls
    }
}
