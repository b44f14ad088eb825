import CRabbitMQ

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A thread of the operating system, for what must neither block the cooperative pool nor be moved about.
package enum Thread {
    /// Starts a thread that runs `body` and ends with it.
    ///
    /// - Parameters:
    ///   - name: Shown by `top -H` and debuggers; at most 15 bytes on Linux.
    ///   - stackSize: In bytes. Only what is touched costs memory.
    ///   - isBatch: Whether it would rather find more to do when it wakes up than wake up at once while others are
    ///     busy: where processors are idle it makes no difference. Its children are the same.
    package static func start(
        _ name: String,
        stackSize: Int = 1 << 20,
        isBatch: Bool = false,
        _ body: @escaping @Sendable () -> Void
    ) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let start = Unmanaged.passRetained(Start(name: name, isBatch: isBatch, body: body)).toOpaque()
        #if os(Linux)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let status = pthread_create(&thread, &attributes, { Thread.main($0) }, start)
        precondition(status == 0, "no thread could be started: \(String(cString: strerror(status)))")
    }

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        warren_name_thread(String(start.name.prefix(15)))
        if start.isBatch { warren_schedule_as_batch() }
        start.body()
        return nil
    }

    private final class Start: Sendable {
        let name: String
        let isBatch: Bool
        let body: @Sendable () -> Void

        init(name: String, isBatch: Bool, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.isBatch = isBatch
            self.body = body
        }
    }
}
