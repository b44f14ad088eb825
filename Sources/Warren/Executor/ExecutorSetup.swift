#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How a worker starts its executors.
package struct ExecutorSetup: Sendable {
    /// The worker's own program.
    package var program: String
    /// What makes that program an executor.
    package var arguments: [String]
    /// An executor is replaced after so many fragments; nil for never.
    package var fragmentLimit: Int?
    /// One is replaced when its memory has grown by so many bytes since its first fragment; nil for never.
    package var growthLimit: UInt64?

    /// - Parameter arguments: What makes this program an executor.
    package init(arguments: [String]) {
        self.program = Self.ownPath
        self.arguments = arguments
    }

    /// On Linux a name that stays right even if the file has been replaced since.
    private static var ownPath: String {
        #if os(Linux)
            return "/proc/self/exe"
        #else
            var size = UInt32(4096)
            var path = [CChar](repeating: 0, count: Int(size))
            guard _NSGetExecutablePath(&path, &size) == 0 else { return CommandLine.arguments[0] }
            return path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        #endif
    }
}
