#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file of its own for a test, gone with the last reference to it.
final class TemporaryFile {
    let path: String

    init(_ content: [UInt8]) {
        var template = Array("/tmp/warren-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        precondition(descriptor >= 0, "cannot make a temporary file")
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        let written = write(descriptor, content, content.count)
        precondition(written == content.count, "cannot write \(path)")
        close(descriptor)
    }

    deinit { unlink(path) }
}
