// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "warren",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "warren", targets: ["WarrenMain"]),
        .library(name: "Warren", targets: ["Warren"]),
        .library(name: "WarrenCommands", targets: ["WarrenCommands"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CRabbitMQ",
            pkgConfig: "librabbitmq",
            providers: [.apt(["librabbitmq-dev"]), .brew(["rabbitmq-c"])]
        ),
        .systemLibrary(
            name: "CCrypto",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]
        ),
        .systemLibrary(
            name: "CTLS",
            pkgConfig: "libssl",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]
        ),
        .systemLibrary(
            name: "CPNG",
            pkgConfig: "libpng",
            providers: [.apt(["libpng-dev"]), .brew(["libpng"])]
        ),
        .systemLibrary(
            name: "CZstd",
            pkgConfig: "libzstd",
            providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]
        ),
        .systemLibrary(name: "CProcess"),
        .target(
            name: "AMQP",
            dependencies: [
                "CRabbitMQ",
                "CTLS",
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Warren",
            dependencies: [
                "AMQP",
                "CCrypto",
                "CProcess",
                "CZstd",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(name: "WarrenJobs", dependencies: ["CPNG", "Warren"], swiftSettings: settings),
        .target(
            name: "WarrenCommands",
            dependencies: [
                "AMQP",
                "Warren",
                "Yams",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "WarrenMain",
            dependencies: ["Warren", "WarrenCommands", "WarrenJobs"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Latency",
            dependencies: ["AMQP", "Warren", "WarrenJobs"],
            path: "Benchmarks/Latency",
            swiftSettings: settings
        ),
        .target(
            name: "Simulator",
            dependencies: [
                "AMQP", "TestSupport", "Warren", "WarrenJobs",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            path: "Benchmarks/Simulator",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Simulate",
            dependencies: ["AMQP", "Simulator", "Warren"],
            path: "Benchmarks/Simulate",
            swiftSettings: settings
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(name: "AMQPTests", dependencies: ["AMQP", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "WarrenTests",
            dependencies: ["AMQP", "TestSupport", "Warren"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SimulatorTests",
            dependencies: ["Simulator", "Warren", "WarrenJobs"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WarrenJobsTests",
            dependencies: ["CPNG", "TestSupport", "Warren", "WarrenJobs"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WarrenCommandsTests",
            dependencies: ["TestSupport", "Warren", "WarrenCommands"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BrokerTests",
            dependencies: [
                "AMQP", "CRabbitMQ", "TestSupport", "Warren", "WarrenCommands", "WarrenJobs", "WarrenMain",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
