#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files and folders that nobody but their owner may read.
enum PrivateFile {
    /// Writes the file whole or not at all.
    static func write(_ bytes: [UInt8], to path: String) throws(PrivateBrokerError) {
        let new = path + ".new"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("write", new) }
        defer { close(descriptor) }
        let count = bytes.withUnsafeBytes { Self.write(descriptor, $0) }
        guard count == bytes.count else { throw failure("write", new) }
        guard rename(new, path) == 0 else { throw failure("rename", new) }
    }

    /// The file's bytes; nil if it is not there.
    static func read(_ path: String) throws(PrivateBrokerError) -> [UInt8]? {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            guard access(path, F_OK) != 0 else { throw failure("read", path) }
            return nil
        }
        return Array(bytes)
    }

    /// Makes a folder and those above it, unless they are there.
    static func makeFolder(_ path: String) throws(PrivateBrokerError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw PrivateBrokerError(
                .files,
                "cannot make the folder \(path): \(error); set WARREN_HOME to another"
            )
        }
    }

    private static func write(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }

    static func failure(_ verb: String, _ path: String) -> PrivateBrokerError {
        let reason = String(cString: strerror(errno))
        return PrivateBrokerError(
            .files,
            "cannot \(verb) \(path): \(reason); set WARREN_HOME to another folder"
        )
    }
}
