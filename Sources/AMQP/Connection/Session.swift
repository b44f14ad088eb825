import CRabbitMQ

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One login to the broker with its one channel: the owner of librabbitmq's handle.
///
/// It belongs to one thread, is a local of that thread's function, and is freed with it. One channel, because
/// the library may drop the frames of a second one while it waits for an answer on the first. Every call that
/// asks the broker something blocks until it answers, at most ``answerLimit``.
package struct Session: ~Copyable {
    /// How long the broker may take to answer.
    package static let answerLimit: Duration = .seconds(10)
    /// A dead peer is noticed after two of these.
    package static let heartbeat: Duration = .seconds(10)
    /// The largest frame that we ask for, in bytes.
    private static let frameSize = 131_072

    let channel: amqp_channel_t = 1
    let endpoint: AMQPEndpoint
    /// The descriptor, for polling.
    let socket: CInt
    /// Where frames go out if the connection is encrypted.
    let stream: TLSStream?
    private let handle: LibraryHandle
    var encoder = MessageEncoder()
    var outgoing: FrameBuffer
    var incoming = IncomingMessage()
    var repeated = RepeatedBytes()
    /// The consumers whose deliveries need no acknowledgement.
    var unacknowledging: Set<ShortString> = []

    var state: amqp_connection_state_t { handle.state }

    /// Connects, logs in and opens the channel.
    ///
    /// - Parameter name: What the broker's management pages and `rabbitmqctl list_connections` show.
    /// - Throws: ``AMQPError`` whose message names the address without the password.
    package static func open(to endpoint: AMQPEndpoint, name: String) throws(AMQPError) -> Session {
        var session = Session(handle: try LibraryHandle.connect(to: endpoint), endpoint: endpoint)
        try session.logIn(as: name)
        // What both sides agreed on.
        session.outgoing = FrameBuffer(
            channel: session.channel,
            frameSize: Int(amqp_get_frame_max(session.state))
        )
        amqp_channel_open(session.state, session.channel)
        try session.check("opening a channel")
        return session
    }

    private init(handle: consuming LibraryHandle, endpoint: AMQPEndpoint) {
        self.socket = amqp_get_sockfd(handle.state)
        self.stream = handle.handshake?.stream(socket: socket)
        self.endpoint = endpoint
        self.outgoing = FrameBuffer(channel: channel, frameSize: Self.frameSize)
        self.handle = handle
        warren_limit_silence(socket, UInt32(2 * Self.heartbeat.seconds * 1000))
    }

    private func logIn(as name: String) throws(AMQPError) {
        let capabilities = [
            "authentication_failure_close", "basic.nack", "connection.blocked", "consumer_cancel_notify",
            "publisher_confirms",
        ]
        let properties: [(name: String, value: Headers.Value)] = [
            ("product", .string(Array("Warren".utf8))),
            ("connection_name", .string(Array(name.utf8))),
        ]
        let reply = Self.withTable(of: capabilities.map { ($0, .bool(true)) }) { capabilities in
            Self.withTable(of: properties, and: ("capabilities", capabilities)) { properties in
                var properties = properties
                return warren_login_plain(
                    state,
                    endpoint.vhost,
                    8,
                    CInt(Self.frameSize),
                    CInt(Self.heartbeat.seconds),
                    &properties,
                    endpoint.user,
                    endpoint.password
                )
            }
        }
        if reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION,
            let failure = loginFailure(reply.library_error)
        {
            throw failure
        }
        try check(reply, "logging in")
    }

    /// Why the broker, or whoever it is, hung up on us or said what is no AMQP; nil if nothing better is known than
    /// what the library says.
    private func loginFailure(_ status: CInt) -> AMQPError? {
        guard status != AMQP_STATUS_TIMEOUT.rawValue else { return nil }
        guard stream == nil else { return handle.handshake?.failure(at: endpoint) }
        guard LibraryHandle.isEncrypted(endpoint) else { return nil }
        return AMQPError(
            .unreachable,
            "\(endpoint) speaks TLS; use amqps://, or the broker's other port (5672, usually)"
        )
    }

    /// The broker's own version, such as `3.10.8`, if it says.
    package var brokerVersion: String? {
        let properties = amqp_get_server_properties(state).pointee
        for index in 0..<Int(properties.num_entries) {
            let entry = properties.entries[index]
            guard Self.copy(entry.key) == Array("version".utf8),
                UInt32(entry.value.kind) == UInt32(AMQP_FIELD_KIND_UTF8.rawValue)
            else { continue }
            return String(decoding: Self.copy(entry.value.value.bytes), as: UTF8.self)
        }
        return nil
    }

    /// Says goodbye, so that the broker does not log a lost connection. Takes at most two seconds.
    package func close() {
        var limit = Duration.seconds(2).timeval
        amqp_set_rpc_timeout(state, &limit)
        _ = amqp_connection_close(state, AMQP_REPLY_SUCCESS)
    }
}

extension Duration {
    var timeval: timeval {
        let (seconds, attoseconds) = components
        return Timeval(tv_sec: Int(seconds), tv_usec: .init(attoseconds / 1_000_000_000_000))
    }
}

// Inside `Duration`, its property `timeval` hides the C type of that name.
private typealias Timeval = timeval
