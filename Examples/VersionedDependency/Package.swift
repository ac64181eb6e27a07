// swift-tools-version: 6.2
import PackageDescription

// How another package depends on Optimist: by URL and version. This example takes the URL from a
// variable, because a check runs it against the sources as they are now
// (Scripts/check-versioned-dependency.sh); yours would write it out:
//
//     .package(url: "https://...", from: "0.1.0")
let optimist = Context.environment["OPTIMIST_URL"] ?? "file://\(Context.packageDirectory)/../.."

let package = Package(
    name: "VersionedDependency",
    dependencies: [.package(url: optimist, from: "0.1.0")],
    targets: [
        // The small products need no LibTorch.
        .executableTarget(
            name: "RandomWalk",
            dependencies: [
                .product(name: "OptimistCore", package: "Optimist"),
                .product(name: "OptimistEnvironments", package: "Optimist"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
