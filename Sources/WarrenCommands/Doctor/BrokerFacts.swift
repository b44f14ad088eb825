import Warren

/// What a broker tells its operators, and no client: by its management API, or by `rabbitmqctl`.
struct BrokerFacts: Sendable {
    var nodes: Fact<[Node]>
    var flags: Fact<[FeatureFlag]>
    var workQueue: Fact<Queue>
    /// The node's own, in milliseconds; 0 if there is none.
    var consumerTimeout: Fact<Int>
    /// In bytes.
    var largestMessage: Fact<Int>

    /// A node of the cluster, as the management API describes it; what is missing it has not found out yet.
    struct Node: Sendable, Decodable {
        let name: String
        let running: Bool
        let memoryUsed: Double?
        let memoryLimit: Double?
        let memoryAlarm: Bool?
        let diskFree: Double?
        let diskLimit: Double?
        let diskAlarm: Bool?

        enum CodingKeys: String, CodingKey {
            case name, running
            case memoryUsed = "mem_used"
            case memoryLimit = "mem_limit"
            case memoryAlarm = "mem_alarm"
            case diskFree = "disk_free"
            case diskLimit = "disk_free_limit"
            case diskAlarm = "disk_free_alarm"
        }
    }

    struct FeatureFlag: Sendable, Decodable {
        let name: String
        let state: String
        let stability: String
    }

    struct Queue: Sendable, Decodable {
        let arguments: [String: JSONValue]
        /// What policies make of it; nil if the broker has not said yet.
        let policy: [String: JSONValue]?

        enum CodingKeys: String, CodingKey {
            case arguments
            case policy = "effective_policy_definition"
        }
    }

    /// Nobody was asked.
    static func unknown(why: String, how: String) -> BrokerFacts {
        BrokerFacts(
            nodes: .unknown(why: why, how: how),
            flags: .unknown(why: why, how: how),
            workQueue: .unknown(why: why, how: how),
            consumerTimeout: .unknown(why: why, how: how),
            largestMessage: .unknown(why: why, how: how)
        )
    }
}
