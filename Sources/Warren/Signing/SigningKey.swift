import CCrypto

/// A secret that submitters and workers share.
package struct SigningKey: Sendable, Hashable {
    /// In bytes: as long as the digest, which is what RFC 2104 recommends.
    package static let length = 32

    package let bytes: [UInt8]
    /// Tells keys apart, and says nothing about them: the first eight digits of the SHA-256 of the bytes.
    package let name: String

    /// - Precondition: ``length`` bytes.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == Self.length)
        self.bytes = bytes
        self.name = String(Digest.sha256(bytes).prefix(8))
    }

    package init(using random: inout some RandomNumberGenerator) {
        self.init(bytes: (0..<Self.length).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    /// HMAC-SHA256 (RFC 2104). Costs some two microseconds, and one for each 1.5 KB.
    func signature(of text: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let result = HMAC(EVP_sha256(), bytes, CInt(bytes.count), text, text.count, &code, &length)
        precondition(result != nil && length == 32, "libcrypto has no SHA-256")
        return code
    }

    /// Whether a signature is that of a text; how long that takes says nothing about the right one.
    func isSignature(_ signature: [UInt8], of text: [UInt8]) -> Bool {
        let right = self.signature(of: text)
        return signature.count == right.count && CRYPTO_memcmp(signature, right, right.count) == 0
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    /// Never the secret itself.
    package var description: String { "key \(name)" }
    package var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
