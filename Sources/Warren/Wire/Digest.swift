import CCrypto

/// SHA-256, by the C library that librabbitmq brings along for TLS.
package enum Digest {
    /// The digest in hexadecimal.
    package static func sha256(_ bytes: [UInt8]) -> String {
        var running = Running()
        running.update(bytes)
        return running.finish()
    }

    /// One of bytes that come piece by piece.
    package struct Running: ~Copyable, @unchecked Sendable {
        // Safe to send: the context belongs to this value alone, which cannot be copied.
        private let context = EVP_MD_CTX_new()

        package init() {
            precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "libcrypto has no SHA-256")
        }

        deinit { EVP_MD_CTX_free(context) }

        package mutating func update(_ bytes: [UInt8]) { EVP_DigestUpdate(context, bytes, bytes.count) }

        package mutating func finish() -> String {
            var digest = [UInt8](repeating: 0, count: 32)
            EVP_DigestFinal_ex(context, &digest, nil)
            return Digest.hexadecimal(digest)
        }
    }

    static func hexadecimal(_ digest: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
