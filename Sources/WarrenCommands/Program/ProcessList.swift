#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What other users of the machine see of this process.
enum ProcessList {
    /// What the program was called as.
    static var programName: String {
        CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "warren"
    }

    /// Overwrites passwords in URLs among the arguments, so that `ps` shows `amqp://user:****@host`.
    ///
    /// Between the start of the process and this call they can be seen; `WARREN_BROKER` avoids even that.
    static func hidePasswords() {
        for index in 1..<max(Int(CommandLine.argc), 1) {
            guard let argument = CommandLine.unsafeArgv[index], let scheme = strstr(argument, "://"),
                let at = strrchr(scheme, CInt(UInt8(ascii: "@"))),
                let colon = strchr(scheme + 3, CInt(UInt8(ascii: ":"))), colon < at
            else { continue }
            memset(colon + 1, CInt(UInt8(ascii: "*")), at - colon - 1)
        }
    }
}
