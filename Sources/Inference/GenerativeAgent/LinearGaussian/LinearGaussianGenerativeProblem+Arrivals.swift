import OptimistCore
import OptimistLinearAlgebra

/// An affine map of one stack of vectors to another, and noise added to its result.
struct StackMap: Sendable {
    /// `[result, source]`.
    var matrix: Matrix
    /// `[result]`.
    var offset: [Double]
    /// The covariance of the noise, `[result, result]`.
    var noise: Matrix
}

extension LinearGaussianGenerativeProblem {
    /// Sizes of the environment's state, the agent's state, an action and an observation.
    var sizes: (outer: Int, inner: Int, action: Int, seen: Int) {
        (
            environment.problem.stateCount, model.stateCount, environment.problem.actionCount,
            model.emissionCount
        )
    }

    /// A, B, b, C and d of the environment.
    var truth: LinearGaussianParts { LinearGaussianParts(environment.filter.model, sizes.action) }
    /// The same of the agent's model.
    var agent: LinearGaussianParts { LinearGaussianParts(model, sizes.action) }

    /// From (e, f, z, a) to (ē, f⁻, x̄) of the next arrival: the environment's state or belief, the
    /// agent's prediction, and the observation, all before chance has its part.
    func prediction() -> (matrix: Matrix, offset: [Double]) {
        let (outer, inner, action, seen) = sizes
        let (truth, agent) = (truth, agent)
        let used = memory == .belief ? agent.transition : nil
        let sampled = memory == .belief ? nil : agent.transition
        let matrix = Matrix.stacked(
            [
                [truth.transition, nil, nil, truth.input],
                [nil, used, sampled, agent.input],
                [truth.emission * truth.transition, nil, nil, truth.emission * truth.input],
            ], rows: [outer, inner, seen], columns: [outer, inner, inner, action])
        var shown = truth.emission * truth.offset
        add(truth.emissionOffset, times: 1, to: &shown)
        return (matrix, truth.offset + agent.offset + shown)
    }

    /// (ē, f⁻, x̄) of the first arrival.
    func firstPrediction() throws -> [Double] {
        let start = try environment.filter.initialBelief().mean
        var shown = truth.emission * start
        add(truth.emissionOffset, times: 1, to: &shown)
        return start + (try model.firstPrediction().mean) + shown
    }

    /// The covariance of (e, f⁻, x) around its prediction. The environment's belief is moved by the
    /// observation alone, its state by its own noise, which is seen through more noise.
    func spread(_ step: Int, ofBelief: Bool) -> Matrix {
        let (outer, inner, _, seen) = sizes
        let correction = arrivals[step].environment
        var sum = Matrix(rows: outer + inner + seen, columns: outer + inner + seen)
        let moved =
            ofBelief
            ? correction.gain.sandwich(correction.spread)
            : step == 0 ? correction.prior : environment.problem.noise
        let crossed =
            ofBelief
            ? correction.gain * correction.spread : moved.timesTransposed(truth.emission)
        let shown =
            ofBelief
            ? correction.spread
            : truth.emission.sandwich(moved) + environment.filter.model.emissionNoise[step]
        sum.setBlock(row: 0, column: 0, moved)
        sum.setBlock(row: 0, column: outer + inner, crossed)
        sum.setBlock(row: outer + inner, column: 0, crossed.transposed)
        sum.setBlock(row: outer + inner, column: outer + inner, shown)
        return sum
    }

    /// From (e, f⁻, x) to (e, f): the agent's filter sees the observation.
    func filtering(_ step: Int) -> (matrix: Matrix, offset: [Double]) {
        let (outer, inner, _, seen) = sizes
        let gain = arrivals[step].agent.gain
        let matrix = Matrix.stacked(
            [
                [.identity(outer), nil, nil],
                [nil, .identity(inner) - gain * agent.emission, gain],
            ], rows: [outer, inner], columns: [outer, inner, seen])
        let offset = (gain * agent.emissionOffset).map { -$0 }
        return (matrix, Array(repeating: 0, count: outer) + offset)
    }

    /// From (e, f, z, a) to (e′, f′) of the next arrival, with the noise of the way.
    func transition(to step: Int, ofBelief: Bool) -> StackMap {
        let (ahead, filter) = (prediction(), filtering(step))
        var offset = filter.matrix * ahead.offset
        add(filter.offset, times: 1, to: &offset)
        return StackMap(
            matrix: filter.matrix * ahead.matrix, offset: offset,
            noise: filter.matrix.sandwich(spread(step, ofBelief: ofBelief)).symmetrized)
    }
}

/// The matrices of a fixed model, zeros where it has none.
struct LinearGaussianParts {
    let transition: Matrix
    let input: Matrix
    let offset: [Double]
    let emission: Matrix
    let emissionOffset: [Double]

    init(_ model: LinearGaussianModel, _ actions: Int) {
        transition = model.transition[0]
        input = model.transitionInput?[0] ?? Matrix(rows: model.stateCount, columns: actions)
        offset = model.transitionOffset?[0] ?? Array(repeating: 0, count: model.stateCount)
        emission = model.emission[0]
        emissionOffset =
            model.emissionOffset?[0] ?? Array(repeating: 0, count: model.emissionCount)
    }
}

extension Matrix {
    /// A matrix of blocks; nil stands for zeros.
    static func stacked(
        _ blocks: [[Matrix?]], rows heights: [Int], columns widths: [Int]
    ) -> Matrix {
        var result = Matrix(rows: heights.reduce(0, +), columns: widths.reduce(0, +))
        var top = 0
        for (row, height) in zip(blocks, heights) {
            var left = 0
            for (block, width) in zip(row, widths) {
                if let block { result.setBlock(row: top, column: left, block) }
                left += width
            }
            top += height
        }
        return result
    }
}
