#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files that hold what nobody else should know.
enum SecretFile {
    /// Says so if users who are neither the owner nor in the file's group may read it. One that is not there is the
    /// business of whoever opens it.
    static func check(_ path: String, _ what: String, _ warn: (String) -> Void) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IROTH != 0 else { return }
        warn("every user of this machine may read the \(what) in \(path); chmod o-r \(path)")
    }
}
