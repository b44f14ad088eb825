import CTLS

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tells the TLS library what is asked of a connection, before there is one: whom to trust, and who we are.
///
/// The files are read anew for each connection, so that a certificate may be replaced while we run.
struct TLSContext {
    /// librabbitmq's, borrowed.
    private let context: OpaquePointer
    private let endpoint: AMQPEndpoint
    private let options: TLSOptions

    init(_ context: OpaquePointer, endpoint: AMQPEndpoint, options: TLSOptions) {
        self.context = context
        self.endpoint = endpoint
        self.options = options
    }

    /// - Throws: ``AMQPError/Code/unusableFile``, naming the file and what is wrong with it.
    func prepare() throws(AMQPError) {
        ERR_clear_error()
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        expectHost()
        try trust()
        try identify()
        guard warren_require_tls_1_2(context) == 1 else {
            throw AMQPError(.unreachable, "this system's OpenSSL has no TLS 1.2: \(Self.reason)")
        }
    }

    /// The library compares host and certificate itself, wildcards and addresses included.
    private func expectHost() {
        let parameters = SSL_CTX_get0_param(context)
        // It takes what is no address for a name.
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, endpoint.host) != 1 {
            X509_VERIFY_PARAM_set1_host(parameters, endpoint.host, 0)
        }
        X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        // What is in the file is trusted, be it the root, something between, or the broker's own.
        X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        ERR_clear_error()
    }

    private func trust() throws(AMQPError) {
        guard let file = options.authorities else {
            // Where there is no store, it is empty, and so is that of the system.
            SSL_CTX_set_default_verify_paths(context)
            return ERR_clear_error()
        }
        let next = "name another in --broker-ca or WARREN_BROKER_CA"
        try Self.checkReadable(file, "CA file", next)
        guard SSL_CTX_load_verify_locations(context, file, nil) == 1 else {
            throw Self.unusable(
                "the CA file \(file) holds no certificate in PEM form (\(Self.reason)); \(next)"
            )
        }
    }

    private func identify() throws(AMQPError) {
        guard let identity = options.identity else { return }
        let (certificate, key) = (identity.certificate, identity.key)
        let next = "name another in --broker-certificate or WARREN_BROKER_CERTIFICATE"
        try Self.checkReadable(certificate, "certificate file", next)
        guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
            throw Self.unusable(
                "the certificate file \(certificate) holds no usable certificate in PEM form (\(Self.reason)); \(next)"
            )
        }
        try use(key, of: certificate)
    }

    private func use(_ key: String, of certificate: String) throws(AMQPError) {
        let next = "name another in --broker-key or WARREN_BROKER_KEY"
        try Self.checkReadable(key, "key file", next)
        var isEncrypted = false
        let status = withUnsafeMutablePointer(to: &isEncrypted) { isEncrypted in
            // Without this it would ask on the terminal.
            SSL_CTX_set_default_passwd_cb_userdata(context, isEncrypted)
            SSL_CTX_set_default_passwd_cb(context) { _, _, _, isEncrypted in
                isEncrypted?.assumingMemoryBound(to: Bool.self).pointee = true
                return -1
            }
            defer { SSL_CTX_set_default_passwd_cb_userdata(context, nil) }
            return SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM)
        }
        if isEncrypted {
            throw Self.unusable(
                "the key in \(key) is encrypted; write it without a password with “openssl pkey -in \(key)”, readable by its owner only"
            )
        }
        let isMismatch = [X509_R_KEY_VALUES_MISMATCH, X509_R_KEY_TYPE_MISMATCH].contains(Self.reasonNumber)
        if !isMismatch, status != 1 {
            throw Self.unusable(
                "the key file \(key) holds no usable key in PEM form (\(Self.reason)); \(next)"
            )
        }
        guard !isMismatch, SSL_CTX_check_private_key(context) == 1 else {
            throw Self.unusable(
                "the key in \(key) does not belong to the certificate in \(certificate); \(next)"
            )
        }
    }

    private static func checkReadable(_ path: String, _ what: String, _ next: String) throws(AMQPError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw unusable("cannot read the \(what) \(path): \(String(cString: strerror(errno))); \(next)")
        }
        close(descriptor)
    }

    private static var reason: String { TLSFault.last?.description ?? "for no reason given" }
    private static var reasonNumber: CInt { warren_error_reason(ERR_peek_error()) }

    private static func unusable(_ message: String) -> AMQPError { AMQPError(.unusableFile, message) }
}
