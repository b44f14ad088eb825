import Foundation

/// Somebody else who listens on a port of 127.0.0.1, and never answers.
final class Listener: Sendable {
    private let descriptor: Int32

    init(port: UInt16) throws {
        #if os(Linux)
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #else
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        guard status == 0, listen(descriptor, 16) == 0 else {
            throw TestFailure("cannot listen on port \(port): \(String(cString: strerror(errno)))")
        }
    }

    deinit { Foundation.close(descriptor) }
}
