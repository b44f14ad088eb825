/// The environment in which the programs of RabbitMQ see one private broker, and nothing else.
enum BrokerEnvironment {
    /// Of the caller's environment, only what is named here passes: RabbitMQ's scripts read dozens of variables,
    /// with and without a prefix, any of which could point the node at the machine's own broker.
    private static let passed = [
        "PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "WARREN_RABBITMQ_ROOT",
    ]

    static func make(
        for node: BrokerNode,
        in folder: BrokerFolder,
        inheriting inherited: [String: String]
    ) -> [String: String] {
        // Both ends of Erlang's distribution listen; neither may be reached from outside.
        let loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
        var environment = [
            // The Erlang cookie, which lets `rabbitmqctl` in, is made and looked for here.
            "HOME": folder.path,
            // Makes the script become the node by exec, so that the process spawned is the node itself.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_NODENAME": node.name,
            "RABBITMQ_DIST_PORT": String(node.ports.distribution),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": loopback + " +sbwt none +sbwtdcpu none +sbwtdio none",
            "RABBITMQ_CTL_ERL_ARGS": loopback,
            "RABBITMQ_CONFIG_FILE": folder.configuration,
            "RABBITMQ_CONFIG_FILES": folder.path + "/conf.d/*.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": folder.advancedConfiguration,
            "RABBITMQ_CONF_ENV_FILE": folder.path + "/rabbitmq-env.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": folder.enabledPlugins,
            "RABBITMQ_MNESIA_BASE": folder.data,
            "RABBITMQ_LOG_BASE": folder.log,
            "RABBITMQ_PID_FILE": folder.path + "/node.pid",
            "ERL_CRASH_DUMP": folder.log + "/erl_crash.dump",
            "ERL_EPMD_PORT": String(node.ports.epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            // Lets it be told to exit while a `rabbitmqctl` is still registered with it.
            "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",
        ]
        for name in passed {
            environment[name] = inherited[name]
        }
        // Without a UTF-8 locale the command-line tools complain on every call.
        if environment["LANG"] == nil, environment["LC_ALL"] == nil { environment["LANG"] = "C.UTF-8" }
        return environment
    }
}
