import CRabbitMQ

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Frames on their way out, so that a batch of them costs one system call and wakes the broker once.
///
/// The library writes a message with three calls to `send`, one a frame; for small messages that is more than all
/// else that is done with them. It encodes what is in the frames; the frames themselves are written here (AMQP
/// 0-9-1, 4.2.3: type, channel, size, payload, 0xCE).
struct FrameBuffer: ~Copyable {
    /// How long a peer may take to make room for what is sent.
    static let limit: Duration = .seconds(20)
    /// What a frame has around its payload.
    private static let overhead = 8

    private let channel: amqp_channel_t
    /// The largest frame that the peer takes, its overhead included.
    private let frameSize: Int
    private var start: UnsafeMutableRawPointer
    private var capacity = 64 << 10
    /// How many bytes wait.
    private(set) var count = 0

    init(channel: amqp_channel_t, frameSize: Int) {
        self.channel = channel
        self.frameSize = max(frameSize, 4096)
        start = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { start.deallocate() }

    /// Adds a method.
    ///
    /// - Parameter arguments: The library's struct for this method.
    mutating func append(method: UInt32, _ arguments: UnsafeMutableRawPointer) throws(AMQPError) {
        try append(type: AMQP_FRAME_METHOD) { payload in
            Self.store(method, to: payload, at: 0)
            let length = amqp_encode_method(method, arguments, Self.rest(of: payload, after: 4))
            return length < 0 ? length : length + 4
        }
    }

    /// Adds the header of a message of the class `basic`.
    mutating func append(
        header properties: inout amqp_basic_properties_t,
        bodySize: Int
    ) throws(AMQPError) {
        try append(type: AMQP_FRAME_HEADER) { payload in
            Self.store(UInt16(WARREN_BASIC_CLASS.rawValue), to: payload, at: 0)
            Self.store(UInt16(0), to: payload, at: 2)
            Self.store(UInt64(bodySize), to: payload, at: 4)
            let length = amqp_encode_properties(
                UInt16(WARREN_BASIC_CLASS.rawValue),
                &properties,
                Self.rest(of: payload, after: 12)
            )
            return length < 0 ? length : length + 12
        }
    }

    /// Adds a message's body, in as many frames as it takes.
    mutating func append(body: UnsafeRawBufferPointer) throws(AMQPError) {
        var rest = body
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(frameSize - Self.overhead))
            try append(type: AMQP_FRAME_BODY) { payload in
                payload.copyMemory(from: piece)
                return CInt(piece.count)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
        }
    }

    /// Sends all that waits.
    ///
    /// - Throws: ``AMQPError/Code/connectionLost`` if the peer is gone, ``AMQPError/Code/timedOut`` if it takes
    ///   nothing for ``limit``.
    mutating func send(to socket: CInt) throws(AMQPError) {
        defer { count = 0 }
        var sent = 0
        while sent < count {
            #if os(Linux)
                let written = Glibc.send(socket, start + sent, count - sent, CInt(MSG_NOSIGNAL))
            #else
                let written = Darwin.send(socket, start + sent, count - sent, 0)
            #endif
            if written >= 0 {
                sent += written
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN, EWOULDBLOCK: try Self.wait(for: POLLOUT, on: socket)
            case let error:
                throw AMQPError(
                    .connectionLost,
                    "the connection was lost, sending: \(String(cString: strerror(error)))"
                )
            }
        }
    }

    /// Encrypts and sends all that waits; fails for the same reasons.
    mutating func send(through stream: TLSStream) throws(AMQPError) {
        defer { count = 0 }
        try stream.send(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Waits until the peer has made room, or until there is something to read.
    static func wait(for event: CInt, on socket: CInt) throws(AMQPError) {
        var descriptor = pollfd(fd: socket, events: Int16(event), revents: 0)
        let ready = poll(&descriptor, 1, CInt(limit.seconds * 1000))
        if ready > 0 || (ready < 0 && errno == EINTR) { return }
        throw AMQPError(.timedOut, "the broker has taken nothing for \(limit)")
    }

    /// - Parameter fill: Writes the payload; returns its length, or a status of the library.
    private mutating func append(
        type: CInt,
        _ fill: (UnsafeMutableRawBufferPointer) -> CInt
    ) throws(AMQPError) {
        reserve(frameSize)
        let frame = start + count
        let room = UnsafeMutableRawBufferPointer(start: frame + 7, count: frameSize - Self.overhead)
        let length = fill(room)
        guard length >= 0 else {
            throw AMQPError(
                .tooLarge,
                "a message has more headers than the \(frameSize) bytes that the broker takes in a frame",
                limit: frameSize
            )
        }
        frame.storeBytes(of: UInt8(type), as: UInt8.self)
        frame.storeBytes(of: channel.bigEndian, toByteOffset: 1, as: UInt16.self)
        frame.storeBytes(of: UInt32(length).bigEndian, toByteOffset: 3, as: UInt32.self)
        frame.storeBytes(of: UInt8(AMQP_FRAME_END), toByteOffset: 7 + Int(length), as: UInt8.self)
        count += Self.overhead + Int(length)
    }

    private mutating func reserve(_ room: Int) {
        guard count + room > capacity else { return }
        capacity = max(capacity * 2, count + room)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        larger.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = larger
    }

    private static func store(
        _ value: some FixedWidthInteger,
        to target: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) {
        target.storeBytes(of: value.bigEndian, toByteOffset: offset, as: type(of: value))
    }

    private static func rest(of payload: UnsafeMutableRawBufferPointer, after offset: Int) -> amqp_bytes_t {
        amqp_bytes_t(len: payload.count - offset, bytes: payload.baseAddress.map { $0 + offset })
    }
}
