import OptimistTorch

/// What one step, or a run of steps, does to any Gaussian that comes in: an element of the
/// associative scan (Särkkä and García-Fernández, 2019), `[time, series, …]`.
private struct ScanElements {
    var map: Tensor
    var mean: Tensor
    var covariance: Tensor
    var information: Tensor
    var precision: Tensor

    private var parts: [Tensor] { [map, mean, covariance, information, precision] }

    private init(_ parts: [Tensor]) {
        (map, mean, covariance) = (parts[0], parts[1], parts[2])
        (information, precision) = (parts[3], parts[4])
    }

    init(
        map: Tensor, mean: Tensor, covariance: Tensor, information: Tensor, precision: Tensor
    ) {
        self.init([map, mean, covariance, information, precision])
    }

    func slice(_ range: Range<Int>) -> ScanElements {
        ScanElements(parts.map { $0.slice(axis: 0, range) })
    }

    func joined(with later: ScanElements) -> ScanElements {
        ScanElements(zip(parts, later.parts).map { Tensor.concatenated([$0, $1]) })
    }

    /// The effect of these steps and then of the others.
    func then(_ next: ScanElements) -> ScanElements {
        let identity = Tensor.identity(
            map.size(axis: -1), type: map.elementType, device: map.device)
        // A_j (I + C_i J_j)⁻¹ and A_iᵀ (I + J_j C_i)⁻¹.
        let forth = (identity + covariance.matmul(next.precision)).transposed()
            .solve(next.map.transposed()).transposed()
        let back = (identity + next.precision.matmul(covariance)).transposed().solve(map)
            .transposed()
        func apply(_ matrix: Tensor, _ vector: Tensor) -> Tensor {
            matrix.matmul(vector.unsqueezed(axis: -1)).squeezed(axis: -1)
        }
        return ScanElements(
            map: forth.matmul(map),
            mean: apply(forth, mean + apply(covariance, next.information)) + next.mean,
            covariance: forth.matmul(covariance).matmul(next.map.transposed()) + next.covariance,
            information: apply(back, next.information - apply(next.precision, mean))
                + information,
            precision: back.matmul(next.precision).matmul(map) + precision)
    }
}

extension BatchedKalmanFilter {
    /// The same laws as `filter`, in a number of rounds that grows with the logarithm of the
    /// length: every round is a few products of all steps at once. Worth it on a GPU, where steps
    /// one after another leave most of the device idle.
    ///
    /// - Parameter observations: `[time, series, emissions]`; NaN is missing.
    public func scan(_ observations: Tensor) -> Result {
        let (steps, series) = (observations.size(axis: 0), observations.size(axis: 1))
        if steps < 2 { return filter(observations) }
        var elements = self.elements(observations)
        var distance = 1
        while distance < steps {
            let combined = elements.slice(0..<steps - distance)
                .then(elements.slice(distance..<steps))
            elements = elements.slice(0..<distance).joined(with: combined)
            distance *= 2
        }
        let (means, covariances) = (elements.mean, elements.covariance)
        let states = emission.size(axis: -1)
        let map = overTime(transitions, steps - 1)
        var later = map.matmul(means.slice(axis: 0, 0..<steps - 1).unsqueezed(axis: -1))
            .squeezed(axis: -1)
        if !offsets.isEmpty { later = later + overTime(offsets, steps - 1) }
        let spread =
            map.matmul(covariances.slice(axis: 0, 0..<steps - 1)).matmul(map.transposed())
            + overTime(noises, steps - 1)
        let predictedMeans = Tensor.concatenated([
            initialMean.expanded([1, series, states]), later,
        ])
        let predictedCovariances = Tensor.concatenated([
            initialCovariance.expanded([1, series, states, states]), spread,
        ])
        let densities = update(predictedMeans, predictedCovariances, observations)
        return Result(
            predictedMeans: predictedMeans, predictedCovariances: predictedCovariances,
            means: means, covariances: covariances, logLikelihoods: densities.logLikelihood)
    }

    private func elements(_ observations: Tensor) -> ScanElements {
        let (steps, series) = (observations.size(axis: 0), observations.size(axis: 1))
        let states = emission.size(axis: -1)
        let first = update(
            initialMean.expanded([series, states]),
            initialCovariance.expanded([series, states, states]),
            observations.select(axis: 0, 0))
        let x = observations.slice(axis: 0, 1..<steps)
        let missing = x.isNaN()
        let seen = 1 - missing.to(initialMean.elementType)
        let rows = emission * seen.unsqueezed(axis: -1)
        let both = seen.unsqueezed(axis: -1) * seen.unsqueezed(axis: -2)
        let noise = emissionNoise * both + (1 - seen).diagonalMatrix()
        let (map, spread) = (overTime(transitions, steps - 1), overTime(noises, steps - 1))
        let zero = Tensor.zeros(
            [steps - 1, series, states], type: initialMean.elementType,
            device: initialMean.device)
        let offset = offsets.isEmpty ? zero : zero + overTime(offsets, steps - 1)
        var error = Tensor.where(missing, .zeros(like: x), x)
        error = error - rows.matmul(offset.unsqueezed(axis: -1)).squeezed(axis: -1)
        if let emissionOffset { error = error - emissionOffset * seen }
        let crossed = rows.matmul(spread)
        let factor = (crossed.matmul(rows.transposed()) + noise).cholesky()
        let gain = factor.choleskySolve(crossed).transposed()
        let kept =
            Tensor.identity(
                states, type: initialMean.elementType, device: initialMean.device)
            - gain.matmul(rows)
        let seenMap = rows.matmul(map)
        let column = error.unsqueezed(axis: -1)
        let weighted = factor.choleskySolve(column)
        let full = zero.unsqueezed(axis: -1) + zero.unsqueezed(axis: -2)
        let rest = ScanElements(
            map: kept.matmul(map) + full, mean: offset + gain.matmul(column).squeezed(axis: -1),
            covariance: kept.matmul(spread) + full,
            information: seenMap.transposed().matmul(weighted).squeezed(axis: -1),
            precision: seenMap.transposed().matmul(factor.choleskySolve(seenMap)) + full)
        let nothing = Tensor.zeros(like: first.covariance).unsqueezed(axis: 0)
        let start = ScanElements(
            map: nothing, mean: first.mean.unsqueezed(axis: 0),
            covariance: first.covariance.unsqueezed(axis: 0),
            information: Tensor.zeros(like: first.mean).unsqueezed(axis: 0), precision: nothing)
        return start.joined(with: rest)
    }

    /// Parameters of each step, `[time or 1, series or 1, …]`.
    private func overTime(_ values: [Tensor], _ count: Int) -> Tensor {
        let isVector = values[0].rank == initialMean.rank && values[0].rank < 3
        let isShared = isVector ? values[0].rank == 1 : values[0].rank == 2
        let steps = values.count == 1 ? values : Array(values.prefix(count))
        let stacked = Tensor.stacked(steps)
        return isShared ? stacked.unsqueezed(axis: 1) : stacked
    }
}
