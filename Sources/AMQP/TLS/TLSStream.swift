import CTLS

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The encrypted side of a connection: where frames of our own go out, and what has been decrypted and not read.
///
/// It borrows what librabbitmq made and reads with; both belong to the session's handle, and to its one thread.
struct TLSStream {
    private let session: OpaquePointer
    private let socket: CInt

    init(_ session: OpaquePointer, socket: CInt) {
        self.session = session
        self.socket = socket
    }

    /// Whether something is decrypted already, of which the socket shows nothing any more.
    var hasPending: Bool { SSL_pending(session) > 0 }

    /// Encrypts and sends all of it.
    ///
    /// - Throws: ``AMQPError/Code/connectionLost`` if the peer is gone, ``AMQPError/Code/timedOut`` if it takes
    ///   nothing for ``FrameBuffer/limit``.
    func send(_ bytes: UnsafeRawBufferPointer) throws(AMQPError) {
        var rest = bytes
        while !rest.isEmpty {
            // Once it has asked for patience, it must be called with the same bytes again.
            let count = CInt(clamping: rest.count)
            ERR_clear_error()
            let written = SSL_write(session, rest.baseAddress, count)
            if written > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(written)))
                continue
            }
            switch SSL_get_error(session, written) {
            case SSL_ERROR_WANT_WRITE: try FrameBuffer.wait(for: POLLOUT, on: socket)
            case SSL_ERROR_WANT_READ: try FrameBuffer.wait(for: POLLIN, on: socket)
            case SSL_ERROR_SYSCALL where errno != 0: throw Self.lost(String(cString: strerror(errno)))
            default: throw Self.lost(TLSFault.last?.description ?? "the broker closed it")
            }
        }
    }

    private static func lost(_ reason: String) -> AMQPError {
        AMQPError(.connectionLost, "the connection was lost, sending: \(reason)")
    }
}
