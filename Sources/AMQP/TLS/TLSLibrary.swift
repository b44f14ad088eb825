import CTLS

/// The TLS library as a whole: one for the process.
package enum TLSLibrary {
    /// Lets the library work until the process has ended, rather than until it begins to: `exit` would take it down
    /// under the feet of connections, which live on threads that nobody waits for.
    ///
    /// Only the first call into the library can say so; later it costs next to nothing, and has no effect.
    package static func outliveExit() {
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    }
}
