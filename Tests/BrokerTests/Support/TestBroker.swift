import Foundation
import Synchronization

@testable import WarrenCommands

/// A real RabbitMQ node for tests: the machine's, or the one that `WARREN_RABBITMQ` names.
///
/// ``TestRun`` ends it with the test process; a test that has one of its own stops it when it is done with it.
final class TestBroker: Sendable {
    let privateBroker: PrivateBroker
    private let startedAt = Mutex<String?>(nil)
    private let operatorShell = Mutex<Result<OperatorShell, any Error>?>(nil)

    private init(_ privateBroker: PrivateBroker) {
        self.privateBroker = privateBroker
    }

    /// The operator, who logs in when first needed after a start.
    var shell: Result<OperatorShell, any Error> {
        operatorShell.withLock { shell in
            let result =
                shell ?? Result { try OperatorShell(environment: privateBroker.controlEnvironment() ?? [:]) }
            shell = result
            return result
        }
    }

    /// The one for all tests that leave it running. The first to ask starts it; all who ask await that task.
    static var shared: TestBroker { get async throws { try await sharedStart.value } }
    private static let sharedStart = Task { try await start() }

    /// Runs `body` with a broker of its own, for tests that stop or kill it.
    ///
    /// - Parameter configuration: Settings of RabbitMQ beside those that it has anyway.
    static func withOwn<Result>(
        configuration: String? = nil,
        _ body: (TestBroker) async throws -> Result
    ) async throws -> Result {
        let broker = try await start(configuration: configuration)
        do {
            let result = try await body(broker)
            try await broker.privateBroker.stop(erase: true)
            return result
        } catch {
            try await broker.privateBroker.stop(erase: true)
            throw error
        }
    }

    private static func start(configuration: String? = nil) async throws -> TestBroker {
        let home = WarrenHome(path: try TestRun.makeFolder("broker"))
        let broker = TestBroker(PrivateBroker(home: home))
        if let configuration {
            let folder = broker.privateBroker.folder.path + "/conf.d"
            try PrivateFile.makeFolder(folder)
            try PrivateFile.write(Array(configuration.utf8), to: folder + "/test.conf")
        }
        try await broker.start()
        return broker
    }

    /// With user and password, of the virtual host `/`; that of the last start, and no question to a busy broker.
    var url: String {
        get throws {
            guard let url = startedAt.withLock({ $0 }) else {
                throw TestFailure("the test broker does not run")
            }
            return url
        }
    }

    /// The URL for another user or virtual host.
    func url(user: String, password: String, vhost: String = "/") throws -> String {
        guard case .running(_, let address) = try privateBroker.status() else {
            throw TestFailure("the test broker does not run")
        }
        let path = vhost == "/" ? "%2F" : vhost
        return "amqp://\(user):\(password)@127.0.0.1:\(address.port)/\(path)"
    }

    func start() async throws {
        let started = try await privateBroker.start()
        startedAt.withLock { $0 = started.address.url }
        // An Erlang node does not find one again that has a new port mapper.
        operatorShell.withLock { $0 = nil }
    }

    func stop() async throws { try await privateBroker.stop() }

    /// Stops and starts it; takes some 5 s, of which it is away 4.
    func restart() async throws {
        try await stop()
        try await start()
    }

    /// SIGKILL; ``start()`` brings it back.
    ///
    /// RabbitMQ (3.10 and 4.0) writes down only up to a second later which quorum queues it has. Killed before
    /// that, it brings such a queue back without a leader, for ever. No client can do anything about it, so the
    /// tests let it write first.
    func kill() async throws {
        let _: [String] = try await evaluate("begin [dets:sync(Table) || Table <- dets:all()], [] end")
        guard let process = try privateBroker.folder.load()?.process else { return }
        process.signal(SIGKILL)
        guard try await process.waitForEnd(within: .seconds(5)) else {
            throw TestFailure("the broker, process \(process.pid), survives kill -9")
        }
    }
}
