import CRabbitMQ

/// The owner of librabbitmq's handle, and with it of the socket and of what encrypts it.
struct LibraryHandle: ~Copyable {
    let state: amqp_connection_state_t
    /// Freed after the handle, which uses it to its end.
    private(set) var handshake: TLSHandshake?

    private init() throws(AMQPError) {
        guard let state = amqp_new_connection() else {
            throw AMQPError(.connectionLost, "no memory is left for a connection")
        }
        self.state = state
    }

    deinit { amqp_destroy_connection(state) }

    /// Reaches the broker, and shakes hands with it if the connection is to be encrypted.
    static func connect(to endpoint: AMQPEndpoint) throws(AMQPError) -> LibraryHandle {
        var handle = try LibraryHandle()
        var limit = Session.answerLimit.timeval
        amqp_set_handshake_timeout(handle.state, &limit)
        amqp_set_rpc_timeout(handle.state, &limit)
        let socket = try handle.makeSocket(for: endpoint)
        let status = amqp_socket_open_noblock(socket, endpoint.host, CInt(endpoint.port), &limit)
        guard status == AMQP_STATUS_OK.rawValue else { throw handle.failure(status, at: endpoint) }
        if handle.handshake?.isTrusted == false {
            throw AMQPError(.untrusted, "\(endpoint) has shown no certificate; let it show one")
        }
        return handle
    }

    /// Whether somebody speaks TLS there, trusted or not. Nothing is said to them but hello.
    static func isEncrypted(_ endpoint: AMQPEndpoint) -> Bool {
        var endpoint = endpoint
        endpoint.tls = TLSOptions()
        do throws(AMQPError) {
            _ = try connect(to: endpoint)
            return true
        } catch {
            return error.code == .untrusted
        }
    }

    private mutating func makeSocket(for endpoint: AMQPEndpoint) throws(AMQPError) -> OpaquePointer {
        guard let options = endpoint.tls else {
            guard let socket = amqp_tcp_socket_new(state) else { throw Self.noMemory }
            return socket
        }
        TLSLibrary.outliveExit()
        guard let socket = amqp_ssl_socket_new(state), let context = amqp_ssl_socket_get_context(socket)
        else { throw Self.noMemory }
        // Its own comparison of names knows no addresses; the TLS library does better, and before anything is sent.
        amqp_ssl_socket_set_verify_hostname(socket, 0)
        try TLSContext(OpaquePointer(context), endpoint: endpoint, options: options).prepare()
        handshake = TLSHandshake(noting: OpaquePointer(context))
        return socket
    }

    private func failure(_ status: CInt, at endpoint: AMQPEndpoint) -> AMQPError {
        // The other codes say that it was not even reached.
        if status <= AMQP_STATUS_SSL_ERROR.rawValue, let failure = handshake?.failure(at: endpoint) {
            return failure
        }
        let reason =
            status == AMQP_STATUS_SOCKET_ERROR.rawValue
            ? "nothing listens there, or it cannot be reached"
            : String(cString: amqp_error_string2(status))
        return AMQPError(
            .unreachable,
            "no broker answers at \(endpoint): \(reason); start one with “warren broker start”, or name another with --broker"
        )
    }

    private static let noMemory = AMQPError(.connectionLost, "no memory is left for a socket")
}
