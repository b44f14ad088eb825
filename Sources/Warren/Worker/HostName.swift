#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// This machine's name, for people: in errors, in the names of workers and connections.
package func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown-host" }
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}
