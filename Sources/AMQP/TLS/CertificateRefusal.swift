import CTLS

/// Why we do not trust a broker's certificate.
struct CertificateRefusal {
    private let code: CInt
    /// The one that is at fault: the broker's own, or one of those that sign it.
    private let culprit: PeerCertificate?
    private let isBrokersOwn: Bool

    /// - Parameter chain: What the library has just looked at.
    init(of chain: OpaquePointer) {
        code = X509_STORE_CTX_get_error(chain)
        culprit = PeerCertificate(
            X509_STORE_CTX_get_current_cert(chain) ?? X509_STORE_CTX_get0_cert(chain)
        )
        isBrokersOwn = X509_STORE_CTX_get_error_depth(chain) == 0
    }

    /// What is wrong, and what to do about it.
    func error(at endpoint: AMQPEndpoint) -> AMQPError {
        guard let culprit else {
            return AMQPError(.untrusted, "\(endpoint) shows no certificate; nothing was sent to it")
        }
        let it =
            isBrokersOwn
            ? "the certificate of \(endpoint)"
            : "the certificate \(culprit.subject), which signs that of \(endpoint),"
        return AMQPError(.untrusted, "\(it) \(fault(of: culprit, at: endpoint))")
    }

    private func fault(of certificate: PeerCertificate, at endpoint: AMQPEndpoint) -> String {
        switch code {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            return """
                is for \(certificate.hosts), not for \(endpoint.host); use a name that it is for in the address, or \
                give the broker a certificate for \(endpoint.host)
                """
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "expired at \(certificate.end); renew it, unless this machine's clock is wrong"
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return
                "is not valid before \(certificate.begin); wait until then, unless this machine's clock is wrong"
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return "is self-signed, and \(isUnknown(at: endpoint))"
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return isUnknown(at: endpoint)
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return "is signed by \(certificate.issuer), which \(isUnknown(at: endpoint))"
        default:
            return "cannot be trusted: \(String(cString: X509_verify_cert_error_string(Int(code))))"
        }
    }

    private func isUnknown(at endpoint: AMQPEndpoint) -> String {
        guard let file = endpoint.tls?.authorities else {
            return
                "is nothing that this system trusts; if you do, name a file that holds it in --broker-ca or WARREN_BROKER_CA"
        }
        return "is not in \(file); if you trust it, put it there"
    }
}
