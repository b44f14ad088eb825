/// Whom an encrypted connection trusts, and how we show who we are. Certificate and host name are always verified.
package struct TLSOptions: Hashable, Sendable {
    /// A file with the certificates to trust, in PEM form, in place of those that the system trusts.
    package var authorities: String?
    /// What we show if the broker asks for it.
    package var identity: Identity?

    /// A client certificate; both files are in PEM form, and may be the same.
    package struct Identity: Hashable, Sendable {
        /// The file with the certificate, and those that link it to its CA.
        package let certificate: String
        /// The file with its private key, which is not encrypted.
        package let key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    package init(authorities: String? = nil, identity: Identity? = nil) {
        self.authorities = authorities
        self.identity = identity
    }
}
