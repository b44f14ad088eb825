import CTLS

/// What is noted while librabbitmq shakes hands with the broker: the library itself keeps only that it failed.
///
/// It must live for as long as the connection, since the TLS library holds on to its memory.
struct TLSHandshake: ~Copyable {
    private struct Notes {
        /// The library's own session. It belongs to the socket, and so to the handle that owns both.
        var session: OpaquePointer?
        var refusal: CertificateRefusal?
        var isAskedForCertificate = false
    }

    private let notes = UnsafeMutablePointer<Notes>.allocate(capacity: 1)

    /// - Parameter context: What the session is going to be made from.
    init(noting context: OpaquePointer) {
        notes.initialize(to: Notes())
        SSL_CTX_set_cert_verify_callback(
            context,
            { chain, notes in
                guard let chain, let notes = notes?.assumingMemoryBound(to: Notes.self) else { return 0 }
                let session = X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx())
                notes.pointee.session = session.map { OpaquePointer($0) }
                guard X509_verify_cert(chain) != 1 else { return 1 }
                notes.pointee.refusal = CertificateRefusal(of: chain)
                return 0
            },
            notes
        )
        SSL_CTX_set_cert_cb(
            context,
            { _, notes in
                notes?.assumingMemoryBound(to: Notes.self).pointee.isAskedForCertificate = true
                return 1
            },
            notes
        )
    }

    deinit {
        notes.deinitialize(count: 1)
        notes.deallocate()
    }

    /// Whether hands were shaken with somebody whose certificate we have verified.
    var isTrusted: Bool { notes.pointee.session != nil && notes.pointee.refusal == nil }

    /// What frames are sent through, once hands are shaken.
    func stream(socket: CInt) -> TLSStream? { notes.pointee.session.map { TLSStream($0, socket: socket) } }

    /// What went wrong, in words, if the library's last call on this thread failed because of TLS.
    ///
    /// With TLS 1.3 the broker looks at our certificate only when we think that hands are shaken: its refusal then
    /// comes as the answer to the login, or is lost when it closes the connection at once.
    func failure(at endpoint: AMQPEndpoint) -> AMQPError? {
        if let refusal = notes.pointee.refusal { return refusal.error(at: endpoint) }
        let fault = TLSFault.last
        if let fault, fault.isNoTLS {
            return AMQPError(
                .unreachable,
                "\(endpoint) does not speak TLS; name the port on which the broker does (5671, usually), or use amqp://"
            )
        }
        if notes.pointee.isAskedForCertificate, let refusal = refusal(fault, at: endpoint) { return refusal }
        return fault.map { other($0, endpoint) }
    }

    /// The broker's refusal of our certificate, or of having none.
    private func refusal(_ fault: TLSFault?, at endpoint: AMQPEndpoint) -> AMQPError? {
        guard let certificate = endpoint.tls?.identity?.certificate else {
            let isRefused = [SSL_AD_HANDSHAKE_FAILURE, SSL_AD_BAD_CERTIFICATE, SSL_AD_CERTIFICATE_REQUIRED]
                .contains(fault?.alert)
            guard isRefused || fault == nil else { return nil }
            let verb = isRefused ? "requires" : "closed the connection, having asked for"
            return AMQPError(
                .untrusted,
                """
                \(endpoint) \(verb) a client certificate; name its file in --broker-certificate or \
                WARREN_BROKER_CERTIFICATE, and that of its key in --broker-key or WARREN_BROKER_KEY
                """
            )
        }
        let reason: String
        switch fault?.alert {
        case SSL_AD_BAD_CERTIFICATE, SSL_AD_UNSUPPORTED_CERTIFICATE, SSL_AD_CERTIFICATE_UNKNOWN,
            SSL_AD_DECRYPT_ERROR:
            reason = "refuses it"
        case SSL_AD_CERTIFICATE_REVOKED: reason = "says that it was revoked"
        case SSL_AD_CERTIFICATE_EXPIRED: reason = "says that it has expired"
        case SSL_AD_UNKNOWN_CA: reason = "does not know its CA"
        case SSL_AD_ACCESS_DENIED: reason = "does not let it in"
        case nil where fault == nil:
            reason = "closed the connection when it was shown; is it valid, and of a CA known there?"
        default: return nil
        }
        return AMQPError(.untrusted, "the client certificate in \(certificate): \(endpoint) \(reason)")
    }

    private func other(_ fault: TLSFault, _ endpoint: AMQPEndpoint) -> AMQPError {
        if fault.isOfVersions {
            return AMQPError(.unreachable, "\(endpoint) speaks no TLS that we do; let it speak 1.2 or 1.3")
        }
        if fault.alert == SSL_AD_UNRECOGNIZED_NAME {
            return AMQPError(
                .untrusted,
                "\(endpoint) has no certificate for \(endpoint.host); use another name in the address"
            )
        }
        return AMQPError(.unreachable, "no encrypted connection to \(endpoint) came about: \(fault)")
    }
}
