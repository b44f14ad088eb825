import CTLS

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a certificate says of itself, copied out of it for people to read.
///
/// It comes from somebody who may be anyone: nothing in here holds control characters.
struct PeerCertificate {
    /// More names than this are not listed.
    private static let mostNames = 5

    /// The hosts that it is for, such as `*.example.org` or `10.0.0.1`.
    let names: [String]
    let subject: String
    let issuer: String
    /// In UTC, to the minute.
    let begin: String
    let end: String

    init?(_ certificate: OpaquePointer?) {
        guard let certificate else { return nil }
        subject = Self.text(X509_get_subject_name(certificate))
        issuer = Self.text(X509_get_issuer_name(certificate))
        begin = Self.text(of: X509_get0_notBefore(certificate))
        end = Self.text(of: X509_get0_notAfter(certificate))
        names = Self.names(of: certificate)
    }

    /// The hosts in a sentence; the subject if it names none.
    var hosts: String {
        guard let last = names.last else { return subject }
        guard names.count <= Self.mostNames else {
            let first = names.prefix(Self.mostNames).joined(separator: ", ")
            return "\(first) and \(names.count - Self.mostNames) more"
        }
        let others = names.dropLast()
        return others.isEmpty ? last : "\(others.joined(separator: ", ")) and \(last)"
    }

    private static func names(of certificate: OpaquePointer) -> [String] {
        guard let names = warren_names(certificate) else { return [] }
        defer { GENERAL_NAMES_free(names) }
        return (0..<warren_names_count(names)).compactMap { index in
            if let name = warren_name(names, index, GEN_DNS) { return host(bytes(of: name)) }
            return warren_name(names, index, GEN_IPADD).flatMap { address(bytes(of: $0)) }
        }
    }

    private static func host(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.map { (0x21...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    private static func address(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard let family = [4: AF_INET, 16: AF_INET6][bytes.count] else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { room in
            inet_ntop(family, bytes.baseAddress, room.baseAddress, socklen_t(room.count))
                .map { String(cString: $0) }
        }
    }

    /// Void once the certificate is freed.
    private static func bytes(of string: UnsafePointer<ASN1_STRING>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string)))
    }

    /// A name such as `/O=Example/CN=Example CA`; the library writes what is not printable as `\x0A`.
    private static func text(_ name: OpaquePointer?) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { room in
            X509_NAME_oneline(name, room.baseAddress, CInt(room.count)).map { String(cString: $0) }
                ?? "nobody"
        }
    }

    private static func text(of time: UnsafePointer<ASN1_TIME>?) -> String {
        var date = tm()
        guard ASN1_TIME_to_tm(time, &date) == 1 else { return "a date that makes no sense" }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { room in
            guard let start = room.baseAddress, strftime(start, room.count, "%Y-%m-%d %H:%M UTC", &date) > 0
            else { return "a date that makes no sense" }
            return String(cString: start)
        }
    }
}
