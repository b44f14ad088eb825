// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "vowels",
    platforms: [.macOS(.v15)],
    dependencies: [
        // A package outside this repository names its URL here.
        .package(name: "warren", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "vowels",
            dependencies: [
                .product(name: "Warren", package: "warren"),
                .product(name: "WarrenCommands", package: "warren"),
            ],
            path: "Sources/Vowels"
        )
    ]
)
