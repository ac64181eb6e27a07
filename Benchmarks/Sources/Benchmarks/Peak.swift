import Foundation

/// The machine's peak: the better of two float32 products of 2048 by 2048 matrices with all cores.
final class Peak: Benchmark {
    let name = "peak"
    let summary = "float32 product of 2048 by 2048 matrices, all cores; the better one is the peak"
    static let operations = 2.0 * 2048 * 2048 * 2048

    private let peers: Peers
    init(peers: Peers) { self.peers = peers }

    /// The candidates, LibTorch's ordinary product beside them for comparison.
    lazy var contenders: [Contender] = [
        Contender("mkldnn::_linear_pointwise", peers.peer("torch_peer"), "fused-product"),
        Contender(openBLASName, peers.peer("openblas_peer"), "product"),
    ].compactMap { $0 }

    private var openBLASName: String {
        "OpenBLAS (\(peers.peer("openblas_peer")?.version ?? "missing"))"
    }

    func run(rounds: Int) {
        let addmm = Contender("LibTorch addmm", peers.peer("torch_peer"), "plain-product")
        let all = contenders + [addmm].compactMap { $0 }
        let comparison = Comparison(all, rounds: rounds, repeats: 3)
        for (name, seconds) in comparison.medians {
            print(
                String(
                    format: "  %@%10.1f GFLOP/s median, %.1f best", pad(name),
                    Self.operations / median(seconds) / 1e9,
                    Self.operations / seconds.min()! / 1e9))
        }
    }
}
