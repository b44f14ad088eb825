import CRabbitMQ

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A descriptor that becomes readable when another thread wants the one that polls it.
package final class WakeUp: Sendable {
    /// What the polling thread polls for reading.
    package let descriptor: CInt
    private let writing: CInt

    package init() {
        #if os(Linux)
            descriptor = warren_eventfd()
            precondition(descriptor >= 0, "no descriptor is left: \(String(cString: strerror(errno)))")
            writing = descriptor
        #else
            var ends: [CInt] = [0, 0]
            precondition(pipe(&ends) == 0, "no descriptor is left: \(String(cString: strerror(errno)))")
            for end in ends {
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
            descriptor = ends[0]
            writing = ends[1]
        #endif
    }

    deinit {
        close(descriptor)
        if writing != descriptor { close(writing) }
    }

    /// Makes the descriptor readable. A full pipe is readable already, so failing to write does no harm.
    package func signal() {
        var one: UInt64 = 1
        _ = write(writing, &one, 8)
    }

    /// Makes it unreadable again.
    package func clear() {
        var buffer: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        while read(descriptor, &buffer, 32) == 32 {}
    }
}
