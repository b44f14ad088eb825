#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A value behind a lock, on which threads can wait for a change.
///
/// The standard library's `Mutex` has no condition to wait on; this is a POSIX mutex with one. Locking costs
/// some 20 ns uncontended; waking a thread that sleeps costs its scheduler some 40 µs, so signal only when
/// somebody may be waiting.
package final class Monitor<Value>: @unchecked Sendable {
    // Safe to share: `value` is touched only with `mutex` held, and the two C objects have stable addresses
    // because they are allocated once and freed with the monitor.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value

    package init(_ value: sending Value) {
        self.value = value
        pthread_mutex_init(mutex, nil)
        #if os(Linux)
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(condition, &attributes)
            pthread_condattr_destroy(&attributes)
        #else
            pthread_cond_init(condition, nil)
        #endif
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Changes the value under the lock, waking nobody.
    package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Wakes one thread that waits.
    package func signal() { pthread_cond_signal(condition) }

    /// Wakes every thread that waits.
    package func broadcast() { pthread_cond_broadcast(condition) }

    /// Waits until `body` has a result, asking it again after each signal, or until the deadline.
    ///
    /// - Returns: What `body` returned, or nil once the deadline has passed without a result.
    package func wait<Result>(until deadline: Instant? = nil, for body: (inout Value) -> Result?) -> Result? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&value) { return result }
            guard let deadline else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            guard Instant.now < deadline else { return nil }
            wait(until: deadline)
        }
    }

    private func wait(until deadline: Instant) {
        #if os(Linux)
            var time = deadline.timespec
            pthread_cond_timedwait(condition, mutex, &time)
        #else
            let (seconds, attoseconds) = (deadline - .now).components
            var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            pthread_cond_timedwait_relative_np(condition, mutex, &time)
        #endif
    }
}
