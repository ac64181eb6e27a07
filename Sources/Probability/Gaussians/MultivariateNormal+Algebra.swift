import OptimistCore
import OptimistTorch

extension MultivariateNormal {
    /// The normalized product of two densities, and the logarithm of its normalizer,
    /// log ∫ N₁ N₂ = log N(μ₁; μ₂, Σ₁ + Σ₂), `[batch...]`.
    public func product(
        with other: MultivariateNormal
    ) -> (law: MultivariateNormal, logNormalizer: Tensor) {
        let evidence = MultivariateNormal(
            mean: other.mean, covariance: covariance + other.covariance)
        // Both gains in one solve: (Σ₁ + Σ₂)⁻¹ Σ₁.
        let gain = evidence.choleskyFactor.choleskySolve(covariance)
        let step = (other.mean - mean).unsqueezed(axis: -2).matmul(gain).squeezed(axis: -2)
        let product = other.covariance.matmul(gain)
        return (
            MultivariateNormal(mean: mean + step, covariance: symmetric(product)),
            evidence.logDensity(mean)
        )
    }

    /// The law of the elements at these indices.
    public func marginal(of indices: [Int]) -> MultivariateNormal {
        let index = checked(indices, "MultivariateNormal.marginal")
        return MultivariateNormal(
            mean: mean.indexSelect(axis: -1, index), covariance: block(index, index))
    }

    /// The law of the other elements, in their order, given those at these indices.
    ///
    /// - Parameters:
    ///   - indices: the known elements, in the order of the values.
    ///   - value: their values, `[sample..., batch..., indices]`.
    public func conditioned(on indices: [Int], equalTo value: Tensor) -> MultivariateNormal {
        let name = "MultivariateNormal.conditioned"
        let known = checked(indices, name)
        let free = checked((0..<size).filter { !indices.contains($0) }, name)
        let cross = block(known, free)
        let factor = block(known, known).cholesky()
        // K = Σ_kk⁻¹ Σ_kf; mean_f + (x − mean_k) K; Σ_ff − Σ_fk K.
        let gain = factor.choleskySolve(cross)
        let surprise = value - mean.indexSelect(axis: -1, known)
        let step = surprise.unsqueezed(axis: -2).matmul(gain).squeezed(axis: -2)
        let covariance = block(free, free) - cross.transposed().matmul(gain)
        return MultivariateNormal(
            mean: mean.indexSelect(axis: -1, free) + step, covariance: symmetric(covariance))
    }

    /// The law of A x + shift + noise, for a matrix A `[..., rows, size]`, a shift `[..., rows]`
    /// and independent noise of a given covariance `[..., rows, rows]`, which is needed where A
    /// does not have full row rank.
    public func mapped(
        by matrix: Tensor, shift: Tensor? = nil, noiseCovariance: Tensor? = nil
    ) -> MultivariateNormal {
        let image = matrix.matmul(mean.unsqueezed(axis: -1)).squeezed(axis: -1)
        let spread = matrix.matmul(choleskyFactor)
        let covariance = spread.matmul(spread.transposed())
        return MultivariateNormal(
            mean: shift.map { image + $0 } ?? image,
            covariance: noiseCovariance.map { covariance + $0 } ?? covariance)
    }

    /// The law with the mean and the covariance of a mixture (law of total variance): of all
    /// normal laws, the one that the mixture diverges from least.
    public init(matching mixture: Mixture<MultivariateNormal>) {
        let weights = mixture.logWeights.exp().unsqueezed(axis: -1)
        let mean = mixture.mean
        let spread = mixture.components.mean - mean.unsqueezed(axis: -2)
        let between = (spread * weights).transposed().matmul(spread)
        let covariances = mixture.components.covariance * weights.unsqueezed(axis: -1)
        self.init(mean: mean, covariance: covariances.sum(axis: -3) + between)
    }

    private func checked(_ indices: [Int], _ operation: String) -> Tensor {
        if indices.isEmpty || Set(indices).count != indices.count
            || !indices.allSatisfy((0..<size).contains)
        {
            fail(operation, "the indices \(indices) of \(size) elements")
        }
        return Tensor(indices, device: mean.device)
    }

    /// The block of the covariance with these rows and columns.
    private func block(_ rows: Tensor, _ columns: Tensor) -> Tensor {
        let part = choleskyFactor.indexSelect(axis: -2, rows)
        return part.matmul(choleskyFactor.indexSelect(axis: -2, columns).transposed())
    }

    /// The mean of a matrix and its transpose, which rounding tells apart.
    private func symmetric(_ matrix: Tensor) -> Tensor {
        (matrix + matrix.transposed()) * 0.5
    }
}
