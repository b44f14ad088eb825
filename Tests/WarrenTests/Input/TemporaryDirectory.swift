#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A directory of its own for a test, gone with the last reference to it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/warren-test-XXXXXX".utf8CString)
        let made = mkdtemp(&template)
        precondition(made != nil, "cannot make a temporary directory")
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit { Self.remove(path) }

    /// Writes a file, with the directories above it.
    @discardableResult
    func write(_ name: String, _ content: some Sequence<UInt8>) -> String {
        let target = path + "/" + name
        var directory = path
        for part in name.split(separator: "/").dropLast() {
            directory += "/" + part
            mkdir(directory, 0o700)
        }
        let stream = fopen(target, "w")
        precondition(stream != nil, "cannot write \(target)")
        let bytes = Array(content)
        fwrite(bytes, 1, bytes.count, stream)
        fclose(stream)
        return target
    }

    @discardableResult
    func write(_ name: String, _ content: String) -> String { write(name, content.utf8) }

    private static func remove(_ path: String) {
        var status = stat()
        // A link to a directory is removed, not what it leads to.
        let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
        if !isLink, let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
            closedir(stream)
        }
        _ = removeFile(path)
    }
}

// Inside the class, its own method hides the C function.
private func removeFile(_ path: String) -> CInt { remove(path) }
