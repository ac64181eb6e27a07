import OptimistCore
import OptimistEnvironments
import OptimistModels

extension ActionKind {
    /// Actions drawn uniformly, of unbounded numbers normally, one for each environment.
    func randomValues(_ environments: Int, using generator: inout Generator) -> [Float] {
        switch self {
        case .discrete(let count):
            (0..<environments).map { _ in Float(generator.integer(below: count)) }
        case .continuous(let width, let isBounded):
            (0..<environments * width).map { _ in
                Float(isBounded ? 2 * generator.uniform() - 1 : generator.normal())
            }
        }
    }
}
