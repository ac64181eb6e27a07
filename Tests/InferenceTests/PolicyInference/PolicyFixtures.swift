import OptimistCore
import OptimistInference

/// The problems that the tests of policy inference share.
enum PolicyFixtures {
    /// p(s′ | s, a) of three states and two actions.
    private static let laws: [[[Double]]] = [
        [[0.8, 0.2, 0], [0.1, 0.6, 0.3]], [[0.5, 0.4, 0.1], [0, 0.3, 0.7]],
        [[0.2, 0.2, 0.6], [0.6, 0, 0.4]],
    ]
    private static let rewards: [[Double]] = [[-1, -2], [-0.5, -1.5], [0, -0.3]]

    /// Three stochastic states; three steps from state 0.
    static func three(start: [Double] = [1, 0, 0]) throws -> TabularModel {
        try TabularModel(dense: laws, rewards: rewards, start: start)
    }

    /// The same rewards, every move certain.
    static func certainThree() throws -> TabularModel {
        let next = [[0, 1], [0, 2], [2, 0]]
        let dense = next.map { $0.map { target in (0..<3).map { $0 == target ? 1.0 : 0 } } }
        return try TabularModel(dense: dense, rewards: rewards, start: [1, 0, 0])
    }

    /// Logits of a stationary policy of the three states.
    static let logits = [0.5, -0.5, 0.2, -0.2, -0.4, 0.4]

    /// Two steps: action 0 leads to a state where one must be choosy, action 1 to one that pays a
    /// little less for sure. States: start, choosy, indifferent.
    static func entropyTrap() throws -> TabularModel {
        try TabularModel(
            dense: [
                [[0, 1, 0], [0, 0, 1]], [[0, 1, 0], [0, 1, 0]], [[0, 0, 1], [0, 0, 1]],
            ], rewards: [[0, 0], [0, -10], [-0.3, -0.3]], start: [1, 0, 0])
    }

    /// A stretch of four steps for advantages: signals, values with the bootstrap last, γ and λ.
    static let stretch = (
        signals: [1.0, 0, -1, 2], values: [0.5, 0.4, 0.3, 0.2, 0.1], discount: 0.9, lambda: 0.8
    )

    /// Random policies over steps, far from any corner.
    static func randomPolicy(
        _ program: SoftDynamicProgramming, steps: Int, _ generator: inout Generator
    ) -> [[Double]] {
        (0..<steps).map { _ in
            program.policy(logits: (0..<program.pairs.count).map { _ in generator.normal() })
        }
    }

    /// The first logit or gradient of each state's two.
    static func first(_ values: [Double]) -> [Double] {
        stride(from: 0, to: values.count, by: 2).map { values[$0] }
    }
}
