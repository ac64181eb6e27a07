// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "Optimist", path: "..")],
    targets: [
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                .product(name: "Optimist", package: "Optimist"),
                .product(name: "OptimistEnvironments", package: "Optimist"),
                .product(name: "OptimistInference", package: "Optimist"),
                .product(name: "OptimistTorch", package: "Optimist"),
            ],
            path: "Sources/Benchmarks")
    ],
    swiftLanguageModes: [.v6]
)
