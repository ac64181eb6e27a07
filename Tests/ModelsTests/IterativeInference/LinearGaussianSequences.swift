import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistModels
import OptimistProbability
import OptimistTorch

/// A linear-Gaussian state-space model whose two states stay independent, so that the filter is a
/// diagonal normal law: what is remembered is what is predicted.
struct LinearGaussianSequences: SequentialLatentModel {
    /// The decay of each state, `[2]`.
    var decay = Tensor([0.9, 0.6] as [Float])
    /// Whether memory is made of a draw of the posterior, not of the whole law.
    var remembersDraws = false
    let noise: [Float] = [0.2, 0.5]
    /// What an action moves, `[1, 2]`.
    let push = Tensor([1.5, -1] as [Float], shape: [1, 2])
    /// Columns are orthogonal, `[3, 2]`.
    let emission = Tensor([1, 0.5, 0.5, -1, 1, 0] as [Float], shape: [3, 2])
    let deviation = 0.6

    func memory(rows: Int) -> Normal { .standard([rows, 2], eventRank: 1) }
    func prior(_ memory: Normal) -> Normal { memory }
    func logLikelihood(of observation: Tensor, given latents: Tensor, _ memory: Normal) -> Tensor {
        Normal(
            mean: latents.matmul(emission.transposed()), standardDeviation: deviation,
            eventRank: 1
        ).logDensity(observation)
    }
    func advance(
        _ memory: Normal, by posterior: Normal, doing action: Tensor?,
        using generator: inout Generator
    ) -> Normal {
        let pushed = action.map { $0.matmul(push) } ?? Tensor.zeros(like: posterior.mean)
        if remembersDraws {
            let draw = posterior.reparameterizedSample(using: &generator)
            return Normal(
                mean: draw * decay + pushed, standardDeviation: Tensor(noise).sqrt(), eventRank: 1)
        }
        return Normal(
            mean: posterior.mean * decay + pushed,
            standardDeviation: (posterior.variance * decay.square() + Tensor(noise)).sqrt(),
            eventRank: 1)
    }

    /// x, `[time, rows, 3]`, and what was done between them, `[time − 1, rows, 1]`.
    func draw(
        _ time: Int, _ rows: Int, using generator: inout Generator
    ) -> (observations: Tensor, actions: Tensor) {
        let actions = Tensor.normal([time - 1, rows, 1], using: &generator)
        var state = Tensor.normal([rows, 2], using: &generator)
        var seen: [Tensor] = []
        for step in 0..<time {
            seen.append(
                state.matmul(emission.transposed())
                    + Tensor.normal([rows, 3], using: &generator) * deviation)
            if step + 1 == time { break }
            state =
                state * decay + Tensor.normal([rows, 2], using: &generator) * Tensor(noise).sqrt()
                + actions[step].matmul(push)
        }
        return (.stacked(seen), actions)
    }

    /// The exact filter of one row.
    func exact(
        _ observations: Tensor, _ actions: Tensor, row: Int
    ) throws -> KalmanFilterResult {
        func diagonal(_ values: [Float]) -> Matrix {
            Matrix(rows: values.count, columns: values.count) { $0 == $1 ? Double(values[$0]) : 0 }
        }
        let model = try LinearGaussianModel(
            initial: .predictive(GaussianMoments(mean: [0, 0], covariance: diagonal([1, 1]))),
            transition: .fixed(diagonal(decay.floats())), transitionNoise: .fixed(diagonal(noise)),
            emission: .fixed(Matrix([[1, 0.5], [0.5, -1], [1, 0]])),
            emissionNoise: .fixed(
                Matrix(rows: 3, columns: 3) { $0 == $1 ? deviation * deviation : 0 }),
            transitionInput: .fixed(Matrix([[1.5], [-1]])))
        let time = observations.shape[0]
        return try model.filter(
            LinearGaussianSequence(
                observations: Matrix(
                    rows: time, columns: 3, observations.select(axis: 1, row).doubles()),
                inputs: Matrix(
                    rows: time, columns: 1, actions.select(axis: 1, row).doubles() + [0])))
    }
}
