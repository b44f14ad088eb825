import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files that are being written beside those that they are to become, so that a process which leaves at once takes them
/// along.
enum DraftFiles {
    private static let paths = Mutex<Set<String>>([])

    /// Opens a new file beside one.
    ///
    /// - Returns: Its name and its descriptor, which is negative if it could not be opened; `errno` says why.
    static func open(beside path: String) -> (path: String, descriptor: CInt) {
        let draft = "\(path).\(getpid()).part"
        let descriptor = paths.withLock { paths in
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
            #if canImport(Glibc)
                let descriptor = Glibc.open(draft, flags, 0o666)
            #else
                let descriptor = Darwin.open(draft, flags, 0o666)
            #endif
            if descriptor >= 0 { paths.insert(draft) }
            return descriptor
        }
        return (draft, descriptor)
    }

    /// Puts one in the place of the file that it was written for.
    ///
    /// - Returns: False if that is not possible; `errno` says why.
    static func move(_ draft: String, to path: String) -> Bool {
        paths.withLock { paths in
            guard rename(draft, path) == 0 else { return false }
            paths.remove(draft)
            return true
        }
    }

    static func remove(_ draft: String) {
        paths.withLock { paths in
            unlink(draft)
            paths.remove(draft)
        }
    }

    /// Removes all of them, for a process that leaves at once.
    static func removeAll() {
        paths.withLock { paths in
            for draft in paths { unlink(draft) }
            paths = []
        }
    }
}
