import ArgumentParser

/// What the commands for the private broker have in common.
struct BrokerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder that holds rabbitmq-server; else WARREN_RABBITMQ, else where packages put it.",
            valueName: "folder"
        )
    )
    var rabbitmq: String?

    var broker: PrivateBroker { PrivateBroker(home: WarrenHome(), rabbitMQ: rabbitmq) }
}
