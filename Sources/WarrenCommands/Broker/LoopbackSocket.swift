#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A TCP connection to a port of this machine, for short questions and answers.
struct LoopbackSocket: ~Copyable {
    private let descriptor: CInt

    /// Connects; nil if nobody listens.
    init?(port: UInt16) {
        guard let descriptor = Self.open() else { return nil }
        guard Self.withAddress(port, { connect(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Sends a few bytes; whether they were taken shows in the answer.
    func send(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { buffer in
            #if canImport(Glibc)
                Glibc.send(descriptor, buffer.baseAddress, buffer.count, CInt(MSG_NOSIGNAL))
            #else
                Darwin.send(descriptor, buffer.baseAddress, buffer.count, 0)
            #endif
        }
    }

    /// What arrives until the other side closes, `limit` bytes are there, or nothing came for a second.
    func receive(limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let chunk = [UInt8](unsafeUninitializedCapacity: limit - bytes.count) { buffer, count in
                count = max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
            }
            guard !chunk.isEmpty else { break }
            bytes += chunk
        }
        return bytes
    }

    /// Whether nobody listens on this port of 127.0.0.1, or of all addresses.
    static func isFree(_ port: UInt16) -> Bool {
        guard let descriptor = open() else { return false }
        defer { close(descriptor) }
        // As a server does: connections that linger from an earlier one do not count.
        var yes: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        return withAddress(port) { bind(descriptor, $0, $1) } == 0
    }

    private static func open() -> CInt? {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return nil }
        var second = timeval(tv_sec: 1, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &second, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &second, size)
        #if !canImport(Glibc)
            var yes: CInt = 1
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<CInt>.size))
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        #endif
        return descriptor
    }

    private static func withAddress(
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
        }
    }
}

extension LoopbackSocket {
    /// Whether an AMQP 0-9-1 broker answers on the port: it opens with `connection.start`.
    static func speaksAMQP(_ port: UInt16) -> Bool {
        guard let socket = LoopbackSocket(port: port) else { return false }
        socket.send(Array("AMQP".utf8) + [0, 0, 9, 1])
        let frame = socket.receive(limit: 11)
        // A method frame (1) on channel 0, four bytes of length, class 10, method 10.
        return frame.count == 11 && frame[0] == 1 && frame[7...] == [0, 10, 0, 10]
    }
}
