import AMQP
import Foundation
import Synchronization

/// A way to a broker on which what clients send takes its time.
final class SlowLine: Sendable {
    /// In bytes a second.
    private let rate: Int
    private let broker: UInt16
    private let listener: Int32
    private let isOver = Atomic<Bool>(false)
    private let count = Atomic<Int>(0)
    let port: UInt16
    /// The address of the broker over this line.
    let url: String

    /// What has gone to the broker so far, in bytes.
    var bytesSent: Int { count.load(ordering: .relaxed) }

    init(to testBroker: TestBroker, bytesPerSecond rate: Int) throws {
        self.rate = rate
        let broker = try testBroker.url
        let endpoint = try AMQPEndpoint(url: broker)
        self.broker = UInt16(endpoint.port)
        listener = Self.makeSocket()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var address = Self.address(port: 0)
        let listener = listener
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 16) == 0
                    ? getsockname(listener, $0, &size) : -1
            }
        }
        guard status == 0 else { throw TestFailure("cannot listen: \(String(cString: strerror(errno)))") }
        port = UInt16(bigEndian: address.sin_port)
        url = broker.replacingOccurrences(of: ":\(endpoint.port)", with: ":\(port)")
        AMQP.Thread.start("slow-line") { [self] in accept() }
    }

    /// Waits until so much has gone to the broker, in bytes.
    func hasSent(_ bytes: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while bytesSent < bytes {
            guard ContinuousClock.now < deadline else {
                throw TestFailure("only \(bytesSent) of \(bytes) bytes were sent")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Cuts all connections.
    func close() {
        isOver.store(true, ordering: .relaxed)
        shutdown(listener, Int32(SHUT_RDWR))
        Foundation.close(listener)
    }

    private func accept() {
        while !isOver.load(ordering: .relaxed) {
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0 else { return }
            let server = Self.makeSocket()
            var address = Self.address(port: broker)
            let status = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard status == 0 else {
                Foundation.close(client)
                Foundation.close(server)
                continue
            }
            AMQP.Thread.start("slow-there") { [self] in carry(from: client, to: server, isSlow: true) }
            AMQP.Thread.start("slow-back") { [self] in carry(from: server, to: client, isSlow: false) }
        }
    }

    private func carry(from source: Int32, to target: Int32, isSlow: Bool) {
        var room = [UInt8](repeating: 0, count: 16 << 10)
        while !isOver.load(ordering: .relaxed) {
            let got = recv(source, &room, room.count, 0)
            guard got > 0 else { break }
            if isSlow {
                count.add(got, ordering: .relaxed)
                usleep(UInt32(got * 1_000_000 / rate))
            }
            var sent = 0
            while sent < got {
                let put = room.withUnsafeBytes {
                    send(target, $0.baseAddress.map { $0 + sent }, got - sent, Int32(MSG_NOSIGNAL))
                }
                guard put > 0 else { break }
                sent += put
            }
            guard sent == got else { break }
        }
        // The other direction closes what is its own.
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(target, Int32(SHUT_RDWR))
        Foundation.close(source)
    }

    private static func makeSocket() -> Int32 {
        #if os(Linux)
            socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #else
            socket(AF_INET, SOCK_STREAM, 0)
        #endif
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
