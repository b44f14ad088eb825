import CTLS

/// What the TLS library has to say about the last call that failed, on this thread.
struct TLSFault: CustomStringConvertible {
    private let error: UInt

    /// The first thing that went wrong, from which the others follow; nil if the library knows of nothing, as when
    /// the peer is just gone.
    static var last: TLSFault? {
        let error = ERR_peek_error()
        return error == 0 ? nil : TLSFault(error: error)
    }

    /// What the peer told us before it closed the connection, as RFC 8446, 6, numbers it; nil if it is our own view.
    var alert: CInt? {
        let first = CInt(SSL_AD_REASON_OFFSET)
        guard isOfTLS, (first...first + 255).contains(reason) else { return nil }
        return reason - first
    }

    /// Whether what came was no TLS at all.
    var isNoTLS: Bool {
        let reasons = [SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG]
        return isOfTLS && reasons.contains(reason)
    }

    /// Whether one side speaks only versions that the other does not.
    var isOfVersions: Bool {
        alert == SSL_AD_PROTOCOL_VERSION
            || (isOfTLS && [SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW].contains(reason))
    }

    private var isOfTLS: Bool { warren_error_library(error) == ERR_LIB_SSL }
    private var reason: CInt { warren_error_reason(error) }

    /// The library's own words.
    var description: String {
        ERR_reason_error_string(error).map { String(cString: $0) } ?? "error \(error) of OpenSSL"
    }
}
