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

/// A RabbitMQ node of the user's own: it needs no root, has its own ports and data, and can be reached from this
/// machine only.
///
/// It runs until it is stopped, whoever started it. Its data (queues, durable messages) and its port stay the same
/// from one start to the next. Several processes may start and stop it at once; they take turns.
///
/// ```swift
/// let broker = PrivateBroker(home: WarrenHome())
/// try await broker.start()
/// connect(to: broker.url)
/// ```
package struct PrivateBroker: Sendable {
    let folder: BrokerFolder
    private let home: WarrenHome
    private let rabbitMQ: String?
    private let environment: [String: String]

    /// A node takes 3 to 5 s to start on a small machine with nothing else to do.
    private static let startLimit = Duration.seconds(60)
    /// Between being asked to stop and being killed; it takes some 3 s.
    private static let stopLimit = Duration.seconds(30)

    /// - Parameters:
    ///   - home: It lives in `broker` below this folder.
    ///   - rabbitMQ: The folder that holds `rabbitmq-server`, if it is to be another than is found.
    package init(
        home: WarrenHome,
        rabbitMQ: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.home = home
        self.folder = BrokerFolder(home: home)
        self.rabbitMQ = rabbitMQ
        self.environment = environment
    }

    /// Its URL, with the password; nil unless it runs.
    package var url: String? {
        guard case .running(_, let address)? = try? status() else { return nil }
        return address.url
    }

    /// Looks whether it runs and answers; takes a millisecond, a second if it is stuck.
    package func status() throws -> BrokerStatus {
        guard let (node, process) = try running() else { return .stopped }
        guard LoopbackSocket.speaksAMQP(node.ports.amqp) else { return .unresponsive(pid: process.pid) }
        return .running(pid: process.pid, node.address())
    }

    /// Starts it, unless it runs, and waits until it answers.
    ///
    /// - Throws: ``PrivateBrokerError``. A node that did not come up in time has been killed.
    @discardableResult
    package func start() async throws -> BrokerStart {
        try PrivateFile.makeFolder(home.path)
        let lock = try await FileLock.acquire(folder.lock)
        defer { lock.release() }
        guard let (node, process) = try running() else { return try await launch() }
        try await waitForAnswer(of: node, process)
        return BrokerStart(pid: process.pid, address: node.address(), wasRunning: true, formerPort: nil)
    }

    /// Stops it, if it runs, and waits until nothing of it is left.
    ///
    /// - Parameter erase: Removes its data as well.
    /// - Returns: Whether it ran.
    @discardableResult
    package func stop(erase: Bool = false) async throws -> Bool {
        // Without a home there is nothing to stop, and no reason to make one.
        guard FileManager.default.fileExists(atPath: home.path) else { return false }
        let lock = try await FileLock.acquire(folder.lock)
        defer { lock.release() }
        let ran = try await end()
        if erase { try folder.erase() }
        return ran
    }

    /// The environment in which `rabbitmqctl` finds this node, once it has been started.
    func controlEnvironment() throws -> [String: String]? {
        try folder.load().map { BrokerEnvironment.make(for: $0, in: folder, inheriting: environment) }
    }

    private func running() throws -> (BrokerNode, NodeProcess)? {
        guard let node = try folder.load(), let process = node.process, process.isRunning else { return nil }
        return (node, process)
    }

    private func launch() async throws -> BrokerStart {
        let installation = try RabbitMQInstallation(directory: rabbitMQ, environment: environment)
        var node = try folder.load() ?? BrokerNode(ports: .free())
        // If the node was killed, its port mapper still runs.
        node.portMapper.end(servingOnly: node.shortName)
        try await node.ports.waitUntilFree()
        let formerPort = node.ports.amqp
        try node.ports.replaceTaken()
        try folder.prepare(for: node)
        let pid = try DetachedProcess.spawn(
            installation.server,
            node.marker,
            environment: BrokerEnvironment.make(for: node, in: folder, inheriting: environment),
            directory: folder.path,
            output: folder.console
        )
        node.pid = pid
        let process = NodeProcess(pid: pid, marker: node.marker)
        do {
            try folder.save(node)
            try await waitForAnswer(of: node, process)
        } catch {
            process.signal(SIGKILL)
            _ = try? await process.waitForEnd(within: .seconds(5))
            node.portMapper.end(servingOnly: node.shortName)
            throw error
        }
        return BrokerStart(
            pid: pid,
            address: node.address(),
            wasRunning: false,
            formerPort: formerPort == node.ports.amqp ? nil : formerPort
        )
    }

    private func waitForAnswer(of node: BrokerNode, _ process: NodeProcess) async throws {
        let deadline = ContinuousClock.now + Self.startLimit
        // A port tells nobody that it has been opened, so it is tried until it answers.
        while !LoopbackSocket.speaksAMQP(node.ports.amqp) {
            guard process.isRunning else { throw startFailure("RabbitMQ ended while it started") }
            guard ContinuousClock.now < deadline else {
                throw startFailure("RabbitMQ (pid \(process.pid)) does not answer after \(Self.startLimit)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func startFailure(_ what: String) -> PrivateBrokerError {
        let tail = folder.consoleTail()
        let output = tail.isEmpty ? "it printed nothing" : "its last lines:\n\(tail)"
        return PrivateBrokerError(.startFailed, "\(what); more in \(folder.log), \(output)")
    }

    private func end() async throws -> Bool {
        guard let node = try folder.load() else { return false }
        let process = node.process
        let ran = process?.isRunning ?? false
        if let process, ran {
            process.signal(SIGTERM)
            if try await !process.waitForEnd(within: Self.stopLimit) {
                process.signal(SIGKILL)
                guard try await process.waitForEnd(within: .seconds(5)) else {
                    throw PrivateBrokerError(
                        .stopFailed,
                        "process \(process.pid) survives kill -9; see its log in \(folder.log)"
                    )
                }
            }
        }
        node.portMapper.end(servingOnly: node.shortName)
        if ran { try await node.ports.waitUntilFree() }
        return ran
    }
}
