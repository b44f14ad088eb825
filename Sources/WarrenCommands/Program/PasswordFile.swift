import AMQP

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that holds a password and nothing else; the line break at its end, if there is one, does not count.
struct PasswordFile {
    /// No password is longer, in bytes: who names a wrong file is told so.
    private static let longest = 4096

    let password: String

    /// Reads it once. It may be a pipe, as in `--password-file <(pass show broker)`.
    ///
    /// - Parameter warn: Told if others may read it.
    init(path: String, warn: (String) -> Void) throws(AMQPError) {
        SecretFile.check(path, "password", warn)
        var bytes = try Self.contents(of: path)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw Self.unusable("the password file \(path) is empty") }
        let isOneLine = bytes.count <= Self.longest && !bytes.contains { $0 == 0 || $0 == UInt8(ascii: "\n") }
        guard isOneLine, let password = String(validating: bytes, as: UTF8.self) else {
            throw Self.unusable("the password file \(path) holds something other than one line of text")
        }
        self.password = password
    }

    private static func contents(of path: String) throws(AMQPError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw cannotRead(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        // Two more, for the line break.
        while bytes.count < longest + 3 {
            var room = [UInt8](repeating: 0, count: longest + 3 - bytes.count)
            let count = room.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw cannotRead(path) }
            guard count > 0 else { break }
            bytes += room.prefix(count)
        }
        return bytes
    }

    private static func cannotRead(_ path: String) -> AMQPError {
        unusable("cannot read the password file \(path): \(String(cString: strerror(errno)))")
    }

    private static func unusable(_ what: String) -> AMQPError {
        AMQPError(.unusableFile, "\(what); name another in --password-file or WARREN_BROKER_PASSWORD_FILE")
    }
}
