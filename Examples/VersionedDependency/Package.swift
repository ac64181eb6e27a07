// swift-tools-version: 6.2
import PackageDescription

// How another package depends on Optimist: by URL and version. This example takes the URL from a
// variable, because a check runs it against the sources as they are now
// (Scripts/check-versioned-dependency.sh); yours would write it out:
//
//     .package(url: "https://...", from: "0.1.0")
let optimist = Context.environment["OPTIMIST_URL"] ?? "file://\(Context.packageDirectory)/../.."

let core = Target.Dependency.product(name: "OptimistCore", package: "Optimist")
let environments = Target.Dependency.product(name: "OptimistEnvironments", package: "Optimist")
let torch = Target.Dependency.product(name: "OptimistTorch", package: "Optimist")

let package = Package(
    name: "VersionedDependency",
    dependencies: [.package(url: optimist, from: "0.1.0")],
    targets: [
        // The small products need no LibTorch.
        .executableTarget(name: "RandomEpisode", dependencies: [core, environments]),
        // Tensors need the variable LIBTORCH when they are built, and nothing when they are run.
        .executableTarget(name: "Tensors", dependencies: [core, torch]),
    ],
    swiftLanguageModes: [.v6]
)
