#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Two connected descriptors, neither of which a child inherits by accident: an end that somebody else holds open
/// would hide that its owner is gone.
package struct DescriptorPair: Sendable {
    package let ours: Int32
    package let theirs: Int32

    /// Both ends read and write.
    package static func socket() throws(SpawnError) -> DescriptorPair {
        try make("socketpair") { ends in
            #if os(Linux)
                socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, ends)
            #else
                socketpair(AF_UNIX, SOCK_STREAM, 0, ends)
            #endif
        }
    }

    /// We read what they write.
    package static func pipe() throws(SpawnError) -> DescriptorPair {
        #if os(Linux)
            try make("pipe") { Glibc.pipe($0) }
        #else
            try make("pipe") { Darwin.pipe($0) }
        #endif
    }

    /// They read what we write.
    package static func pipeToThem() throws(SpawnError) -> DescriptorPair {
        let pair = try pipe()
        return DescriptorPair(ours: pair.theirs, theirs: pair.ours)
    }

    /// Never inherited: spawning closes all that it does not name.
    private static func make(
        _ what: String,
        _ open: (UnsafeMutablePointer<CInt>) -> CInt
    ) throws(SpawnError) -> DescriptorPair {
        var ends: [CInt] = [-1, -1]
        guard open(&ends) == 0 else { throw SpawnError(program: what, directory: nil, code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return DescriptorPair(ours: ends[0], theirs: ends[1])
    }
}

/// Makes reading and writing return at once.
func makeNonblocking(_ descriptor: CInt) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
}
