import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistModels
import OptimistTorch

extension ActionKind {
    /// Actions drawn uniformly, of unbounded numbers normally, one for each environment: `[env]`
    /// indices, or `[env, width]`.
    func randomActions(_ environments: Int, using generator: inout Generator) -> Tensor {
        switch self {
        case .discrete(let count):
            Tensor((0..<environments).map { _ in generator.integer(below: count) })
        case .continuous(let width, let isBounded):
            Tensor(
                (0..<environments * width).map { _ in
                    Float(isBounded ? 2 * generator.uniform() - 1 : generator.normal())
                }, shape: [environments, width])
        }
    }

    /// The same in the agent's units, row after row.
    func randomValues(_ environments: Int, using generator: inout Generator) -> [Float] {
        ActionLaw.values(randomActions(environments, using: &generator))
    }

    /// The log-density of such actions in nats, `[env]`.
    func randomLogDensity(_ actions: Tensor) -> Tensor {
        switch self {
        case .discrete(let count): .full([actions.count], -log(Double(count)))
        case .continuous(let width, isBounded: true):
            .full([actions.size(axis: 0)], -Double(width) * log(2))
        case .continuous(let width, isBounded: false):
            (actions.square() * -0.5).sum(axis: 1) - 0.5 * Double(width) * log(2 * .pi)
        }
    }
}
