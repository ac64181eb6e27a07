// swift-tools-version: 6.2
import PackageDescription

// LibTorch: the variable LIBTORCH, else what `make setup` placed in .deps/torch.
let libtorch = Context.environment["LIBTORCH"] ?? "\(Context.packageDirectory)/.deps/torch"

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let orderedCollections = Target.Dependency.product(
    name: "OrderedCollections", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A room of the house: the target `Optimist<name>` in `Sources/<name>`.
func room(
    _ name: String, knows rooms: [String] = [], _ packages: [Target.Dependency] = [],
    exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .target(
        name: "Optimist\(name)",
        dependencies: rooms.map { .target(name: "Optimist\($0)") } + packages,
        path: "Sources/\(name)",
        exclude: exclude,
        resources: resources)
}

/// The tests of a room: `Tests/<name>Tests`.
func tests(
    of name: String, using rooms: [String], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: "Optimist\(name)Tests",
        dependencies: rooms.map { .target(name: "Optimist\($0)") },
        path: "Tests/\(name)Tests",
        exclude: exclude,
        resources: resources)
}

/// An example, a program of its own: the target `OptimistExample<name>` in `Examples/<name>`.
func example(_ name: String) -> Target {
    .executableTarget(
        name: "OptimistExample\(name)", dependencies: ["Optimist"], path: "Examples/\(name)")
}

let examples = ["CustomEnvironment", "CustomAgent", "TrainedAgent", "TenLines"]

let torchKnows = ["Core", "LinearAlgebra", "CTorch"]
let environmentsKnows = ["Core", "LinearAlgebra"]

let package = Package(
    name: "Optimist",
    products: [
        .library(name: "OptimistCore", targets: ["OptimistCore"]),
        .library(name: "OptimistTorch", targets: ["OptimistTorch"]),
        .library(name: "OptimistEnvironments", targets: ["OptimistEnvironments"]),
        .library(name: "OptimistInference", targets: ["OptimistInference"]),
        .library(name: "Optimist", targets: ["Optimist"]),
        .executable(name: "optimist", targets: ["OptimistTool"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(
            name: "OptimistCTorch",
            dependencies: ["OptimistCKernels"],
            path: "Sources/CTorch",
            cxxSettings: [
                .unsafeFlags([
                    "-isystem", "\(libtorch)/include",
                    "-isystem", "\(libtorch)/include/torch/csrc/api/include", "-O2",
                    // C++20 would read the header of CKernels as a module that nobody built.
                    "-fno-cxx-modules",
                ])
            ],
            linkerSettings: [
                .unsafeFlags([
                    "-L\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib",
                ]),
                .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
            ]),
        .target(
            name: "OptimistCKernels", path: "Sources/CKernels",
            linkerSettings: [.linkedLibrary("m")]),
        room("Core"),
        room("LinearAlgebra", knows: ["Core", "CKernels"]),
        room("Oracles", knows: ["Core", "LinearAlgebra"]),
        room("Inference", knows: ["Core", "LinearAlgebra", "CKernels"]),
        room(
            "Environments", knows: environmentsKnows,
            resources: [
                .embedInCode("Gymnasium/worker.py"), .embedInCode("Gymnasium/worker_spaces.py"),
            ]),
        room("Torch", knows: torchKnows),
        room("Probability", knows: torchKnows + ["Torch"]),
        room(
            "Experience", knows: environmentsKnows + ["Torch", "Environments"],
            [orderedCollections]),
        room(
            "Models",
            knows: environmentsKnows + [
                "Inference", "Environments", "Torch", "Probability", "Experience",
            ]),
        room(
            "Planning",
            knows: environmentsKnows + [
                "Environments", "Torch", "Probability", "Experience", "Models",
            ]),
        room(
            "Agents",
            knows: environmentsKnows + [
                "Inference", "Environments", "Torch", "Probability", "Experience", "Models",
                "Planning",
            ]),
        room("Reports", knows: ["Core"], [orderedCollections]),
        room(
            "Experiments",
            knows: environmentsKnows + [
                "Environments", "Torch", "Experience", "Models", "Planning", "Agents", "Reports",
            ], [grdb, yams]),
        room(
            "CommandLine",
            knows: environmentsKnows + [
                "Environments", "Inference", "Torch", "Probability", "Experience", "Models",
                "Planning", "Agents", "Reports", "Experiments",
            ], [argumentParser]),
        .target(
            name: "Optimist",
            dependencies: [
                "OptimistCore", "OptimistLinearAlgebra", "OptimistInference",
                "OptimistEnvironments", "OptimistTorch", "OptimistProbability",
                "OptimistExperience", "OptimistModels", "OptimistPlanning", "OptimistAgents",
                "OptimistReports", "OptimistExperiments",
            ],
            path: "Sources/Optimist"),
        .executableTarget(
            name: "OptimistTool", dependencies: ["OptimistCommandLine"], path: "Sources/Tool"),
        tests(
            of: "Examples",
            using: ["Core", "Environments", "Agents", "Experiments"]
                + examples.map { "Example\($0)" }),
        tests(of: "Core", using: ["Core", "LinearAlgebra", "Oracles"]),
        tests(of: "Kernels", using: ["Core", "CKernels", "CTorch", "Torch"]),
        tests(of: "Torch", using: ["Core", "LinearAlgebra", "Inference", "Torch"]),
        tests(
            of: "Probability",
            using: ["Core", "LinearAlgebra", "Inference", "Torch", "Probability"]),
        tests(of: "LinearAlgebra", using: ["Core", "LinearAlgebra", "Oracles"]),
        tests(of: "Oracles", using: ["Core", "LinearAlgebra", "Oracles"]),
        tests(
            of: "Inference",
            using: ["Core", "LinearAlgebra", "Oracles", "Inference", "Environments"]),
        tests(of: "Reports", using: ["Core", "Reports"], resources: [.copy("Stored")]),
        tests(of: "Experience", using: ["Core", "Environments", "Torch", "Experience"]),
        tests(
            of: "Models",
            using: [
                "Core", "LinearAlgebra", "Inference", "Environments", "Torch", "Probability",
                "Experience", "Models",
            ]),
        tests(
            of: "Agents",
            using: [
                "Core", "LinearAlgebra", "Inference", "Environments", "Torch", "Probability",
                "Experience", "Models", "Planning", "Agents",
            ]),
        tests(
            of: "Experiments",
            using: [
                "Core", "Environments", "Torch", "Experience", "Models", "Planning", "Agents",
                "Reports", "Experiments",
            ]),
        tests(of: "CommandLine", using: ["Core", "Tool"]),
        tests(
            of: "Planning",
            using: [
                "Core", "LinearAlgebra", "Inference", "Environments", "Oracles", "Probability",
                "Models", "Planning", "Torch",
            ]),
        tests(of: "Environments", using: ["Core", "Environments"], exclude: ["Python"]),
        tests(
            of: "Gymnasium", using: ["Core", "Environments"],
            resources: [.embedInCode("environments.py"), .embedInCode("loop.py")]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx20
)

package.targets += examples.map(example)
