import Foundation

@testable import WarrenCommands

/// Everything that this run of the tests starts and writes, and its certain end.
///
/// All files are below one folder, and every process has that folder's path in its environment: brokers as
/// `HOME`, Warren's own processes as `WARREN_HOME`. A shell watches this process; when it ends, in whatever way
/// (`kill -9`, a crash, Ctrl-C), the shell kills them all and removes the folder.
enum TestRun {
    /// The run's folder. Asking for it the first time starts the watcher.
    static var folder: String { get throws { try result.get() } }

    /// A fresh folder for one test, which need not remove it.
    static func makeFolder(_ name: String) throws -> String {
        let path = try folder + "/" + name + "-" + UUID().uuidString.prefix(8).lowercased()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// A fresh file for one test; its path.
    static func makeFile(_ name: String, of text: String) throws -> String {
        let path = try makeFolder(name) + "/" + name
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }

    private static let result = Result { try start() }

    /// Reading the pipe ends when the last writer does, and that is this process: it alone opens it, close-on-exec.
    private static let watcher = """
        cat "$1/alive" >/dev/null
        for attempt in 1 2 3 4 5 6 7 8 9 10; do
            processes=$(grep -lsF "$1" /proc/[0-9]*/environ | cut -d/ -f3)
            [ -n "$processes" ] || break
            kill -9 $processes
        done
        rm -rf "$1"
        """

    private static func start() throws -> String {
        // Not below the package: RabbitMQ 4's root shares /tmp with the machine, and paths stay short.
        let folder = "/tmp/warren-tests-\(getpid())-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let pipe = folder + "/alive"
        try check(mkfifo(pipe, 0o600) == 0, "cannot make \(pipe)")
        _ = try DetachedProcess.spawn(
            "/bin/sh",
            ["-c", watcher, "watcher", folder],
            environment: ["PATH": "/usr/bin:/bin"],
            directory: "/",
            output: "/dev/null"
        )
        // Returns once the watcher reads.
        try check(open(pipe, O_WRONLY | O_CLOEXEC) >= 0, "cannot open \(pipe)")
        return folder
    }

    private static func check(_ condition: Bool, _ message: String) throws {
        guard condition else { throw TestFailure("\(message): \(String(cString: strerror(errno)))") }
    }
}
