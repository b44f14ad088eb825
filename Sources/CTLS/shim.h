// libssl, and what Swift cannot import from it by itself: macros that look like functions.
#ifndef WARREN_CTLS_SHIM_H
#define WARREN_CTLS_SHIM_H

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// TLS 1.2 at least; and nothing is negotiated again half-way, so that a write never waits for a read.
static inline int warren_require_tls_1_2(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

// The library an OpenSSL error comes from, and its number there.
static inline int warren_error_library(unsigned long error) { return ERR_GET_LIB(error); }
static inline int warren_error_reason(unsigned long error) { return ERR_GET_REASON(error); }

// The other names in a certificate, or none: to be freed.
static inline GENERAL_NAMES *warren_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}
static inline int warren_names_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
// The bytes of a name of the given type, `GEN_DNS` or `GEN_IPADD`; none if it is of another.
static inline const ASN1_STRING *warren_name(const GENERAL_NAMES *names, int index, int type) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    if (name->type != type) return NULL;
    return type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
}

#endif
