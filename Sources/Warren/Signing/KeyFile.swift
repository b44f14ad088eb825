#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file of keys: one a line, as 64 hexadecimal digits; empty lines and what follows a `#` do not count. The first one
/// signs, all of them are accepted.
package enum KeyFile {
    /// No file of keys is larger, in bytes: who names a wrong file is told so.
    private static let longest = 64 << 10

    /// - Throws: ``WarrenError/Code/usage`` that names the file, the line and what is wrong.
    package static func read(_ path: String) throws -> KeyRing {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let hint = errno == ENOENT ? "; “warren key create” makes one" : ""
            throw unusable(path, String(cString: strerror(errno)) + hint)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unusable(path, String(cString: strerror(errno))) }
        guard status.st_mode & (S_IRWXG | S_IRWXO) == 0 else {
            throw unusable(path, "others may read it; chmod 600 \(path)")
        }
        var bytes = [UInt8](repeating: 0, count: longest + 1)
        guard let count = DescriptorBytes.read(descriptor, into: &bytes) else {
            throw unusable(path, String(cString: strerror(errno)))
        }
        guard count <= longest else { throw unusable(path, "it is too long to be a file of keys") }
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        var keys: [SigningKey] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
            guard !content.isEmpty else { continue }
            guard let key = key(content) else {
                // Never the line itself: it may be a secret with a slip in it.
                throw unusable(path, "line \(number + 1) is not 64 hexadecimal digits")
            }
            keys.append(key)
        }
        guard !keys.isEmpty else {
            throw unusable(path, "there is no key in it; make one with “warren key create”")
        }
        return KeyRing(keys)
    }

    /// Writes a new file with one key, which only its owner may read.
    ///
    /// - Throws: ``WarrenError/Code/usage`` if there is something already, or it cannot be written.
    package static func create(_ path: String) throws -> SigningKey {
        var random = SystemRandomNumberGenerator()
        let key = SigningKey(using: &random)
        try write(key, path, O_CREAT | O_EXCL)
        return key
    }

    /// Adds a key at the end of a file: it is accepted from now on, and does not sign yet.
    package static func add(to path: String) throws -> SigningKey {
        _ = try read(path)
        var random = SystemRandomNumberGenerator()
        let key = SigningKey(using: &random)
        // In case that the last line has no end.
        try write(key, path, O_APPEND, after: "\n")
        return key
    }

    private static func write(
        _ key: SigningKey,
        _ path: String,
        _ flags: CInt,
        after start: String = ""
    ) throws {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | flags, 0o600)
        guard descriptor >= 0 else {
            let hint = errno == EEXIST ? "; “warren key add” adds a key to it" : ""
            throw unusable(path, String(cString: strerror(errno)) + hint)
        }
        defer { close(descriptor) }
        let line = Array("\(start)\(Digest.hexadecimal(key.bytes))  # \(key.name)\n".utf8)
        guard DescriptorBytes.write(line, to: descriptor), fsync(descriptor) == 0 else {
            throw unusable(path, String(cString: strerror(errno)))
        }
    }

    private static func key(_ digits: String) -> SigningKey? {
        let digits = Array(digits.utf8)
        guard digits.count == 2 * SigningKey.length else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index..<index + 2], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16), !pair.contains("+") else { return nil }
            bytes.append(byte)
        }
        return SigningKey(bytes: bytes)
    }

    private static func unusable(_ path: String, _ why: String) -> WarrenError {
        WarrenError(.usage, "the key file \(path) cannot be used: \(why)")
    }
}
