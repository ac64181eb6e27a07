import Foundation
import OptimistCore
import OptimistTorch

/// Measures Optimist against the machine's peak and against its peers, both sides alternating in
/// the same run.
@main
struct Benchmarks {
    static func main() throws {
        do {
            try measure(try Options(CommandLine.arguments.dropFirst()))
        } catch let error as OptionError {
            print("benchmarks: \(error)")
            exit(64)
        }
    }

    private static func measure(_ options: Options) throws {
        waitPassively()
        let peers = Peers(options)
        let peak = Peak(peers: peers)
        let all: [any Benchmark] = [
            peak,
            RegressionBenchmark(peers: peers),
            EnsembleBenchmark(peers: peers, peak: peak),
            PlanBenchmark(peers: peers),
            LatentPlanBenchmark(peers: peers),
            SoftActorCriticBenchmark(peers: peers, peak: peak),
            PolicyOptimizationBenchmark(peers: peers),
            EnvironmentBenchmark(peers: peers),
            SweepBenchmark(peers: peers),
            KalmanBenchmark(peers: peers),
            HiddenMarkovBenchmark(peers: peers),
        ]
        try options.check(all.map(\.name))
        Machine.describe()
        peers.prepare()
        var failures = 0
        for benchmark in all where options.includes(benchmark.name) {
            print("\n\(benchmark.name): \(benchmark.summary)")
            do {
                try benchmark.run(rounds: options.rounds)
            } catch {
                print("  \(benchmark.name) failed: \(error)")
                failures += 1
            }
        }
        if failures > 0 { exit(1) }
    }

    /// OpenMP reads this variable when it is loaded, which is before `main`: the program starts
    /// itself again. Threads that spin would slow down whoever runs at the same time.
    private static func waitPassively() {
        if getenv("OMP_WAIT_POLICY") != nil { return }
        setenv("OMP_WAIT_POLICY", "passive", 1)
        var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
        execv("/proc/self/exe", &arguments)
    }
}

/// One thing that is measured.
protocol Benchmark {
    /// Its name for `--only`.
    var name: String { get }
    /// What is measured, in a line.
    var summary: String { get }
    /// Measures and prints.
    ///
    /// - Throws: what keeps our own side from running; peers that are missing are left out.
    func run(rounds: Int) throws
}

/// What the command line asks for.
struct Options {
    var only: [String] = []
    var rounds = 7
    /// Where the peers' virtual environment is made; nil for a folder that is thrown away.
    var environment: String?
    var usesPeers = true

    init(_ arguments: some Collection<String>) throws {
        var rest = Array(arguments)
        while !rest.isEmpty {
            let option = rest.removeFirst()
            if option == "--no-peers" {
                usesPeers = false
                continue
            }
            guard !rest.isEmpty else { throw OptionError.missingValue(option) }
            let value = rest.removeFirst()
            switch option {
            case "--only": only = value.split(separator: ",").map(String.init)
            case "--environment": environment = value
            case "--rounds":
                guard let count = Int(value), count > 0 else {
                    throw OptionError.badValue(option, value)
                }
                rounds = count
            default: throw OptionError.unknown(option)
            }
        }
    }

    func includes(_ name: String) -> Bool { only.isEmpty || only.contains(name) }

    /// Refuses names of no benchmark.
    func check(_ names: [String]) throws {
        if let name = only.first(where: { !names.contains($0) }) {
            throw OptionError.unknownBenchmark(name, names: names)
        }
    }
}

/// What can be wrong with the command line.
enum OptionError: Error, Equatable, CustomStringConvertible {
    case unknown(String)
    case missingValue(String)
    case badValue(String, String)
    case unknownBenchmark(String, names: [String])

    var description: String {
        switch self {
        case .unknown(let option):
            "\(option) is no option: use --only NAMES, --rounds N, --environment DIR, --no-peers"
        case .missingValue(let option): "\(option) needs a value"
        case .badValue(let option, let value): "\(option) cannot be \(value)"
        case .unknownBenchmark(let name, let names):
            "there is no benchmark \(name): there are \(names.joined(separator: ", "))"
        }
    }
}
