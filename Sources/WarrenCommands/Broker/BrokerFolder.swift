import Warren

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The files of a private broker, all of them below one folder.
struct BrokerFolder: Sendable {
    /// Absolute.
    let path: String

    init(home: WarrenHome) {
        path = home.path + "/broker"
    }

    /// Beside the folder, so that erasing the folder does not take the lock along.
    var lock: String { path + ".lock" }
    /// What the node prints while it starts; its latest run only.
    var console: String { log + "/console.log" }
    var log: String { path + "/log" }
    var data: String { path + "/data" }
    var configuration: String { path + "/rabbitmq.conf" }
    /// Written empty, so that those of the machine's own RabbitMQ in /etc/rabbitmq have no say.
    var advancedConfiguration: String { path + "/advanced.config" }
    var enabledPlugins: String { path + "/enabled_plugins" }
    private var state: String { path + "/node.json" }

    /// The node that was started here last; nil if there was none.
    func load() throws(PrivateBrokerError) -> BrokerNode? {
        guard let bytes = try PrivateFile.read(state) else { return nil }
        do {
            return try JSONCoding.decode(BrokerNode.self, from: bytes)
        } catch {
            throw PrivateBrokerError(
                .files,
                "\(state) does not describe a broker (\(error)); if its queues may be lost, remove the folder \(path)"
            )
        }
    }

    /// Keeps what is needed to find the node again.
    func save(_ node: BrokerNode) throws {
        try PrivateFile.write(try JSONCoding.encodePretty(node), to: state)
    }

    /// Makes everything that the node needs to start.
    func prepare(for node: BrokerNode) throws {
        try PrivateFile.makeFolder(log)
        try PrivateFile.makeFolder(data)
        try PrivateFile.write(Array(node.configuration.utf8), to: configuration)
        try PrivateFile.write(Array("[].\n".utf8), to: advancedConfiguration)
        try PrivateFile.write(Array("[].\n".utf8), to: enabledPlugins)
    }

    /// Removes it all.
    func erase() throws(PrivateBrokerError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw PrivateBrokerError(.files, "cannot remove \(path): \(error); remove it by hand")
        }
    }

    /// The end of what the node printed, for an error message.
    func consoleTail(lines count: Int = 20) -> String {
        let bytes = FileManager.default.contents(atPath: console) ?? Data()
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        return lines.suffix(count).map { "  | \($0)" }.joined(separator: "\n")
    }
}
