#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Milliseconds since 1970, for people and for identities; nothing is ever timed by it.
package func wallClockMilliseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec / 1_000_000)
}
