import Foundation
import OptimistLinearAlgebra

extension TimeSeriesModel {
    /// Fits the parameters to a series, then filters, smooths and forecasts it.
    ///
    /// - Parameters:
    ///   - sequence: the series; NaN is missing.
    ///   - method: how parameters are found; nil takes the given `values` as they are.
    ///   - forecast: how many steps to forecast.
    /// - Throws: `LinearGaussianError`; `.cannotStart` where a parameter has no value and `method` is
    ///   nil, or the likelihood has no gradient to follow.
    public func fit(
        _ sequence: LinearGaussianSequence, method: TimeSeriesFit.Method?, forecast: Int = 0
    ) throws -> TimeSeriesFit {
        guard let method, structure.parameterCount > 0 else {
            return try result(sequence, try givenPoint(), nil, forecast)
        }
        var start = structure.point(of: startValues(sequence))
        if method == .em { start = try expectationMaximization(sequence, from: start) }
        let fit = try MaximumLikelihood().fit(structure, to: [sequence], from: start)
        return try result(sequence, fit.point, fit.minimization.outcome, forecast)
    }

    private func givenPoint() throws -> [Double] {
        let numbers = try structure.parameterNames.map { name in
            guard let value = values[name] else {
                throw LinearGaussianError.cannotStart(
                    reason: "\(name) has no value; fit it or give one")
            }
            return value
        }
        return structure.point(of: numbers)
    }

    /// Given values, else half the variance of the series for emissions and a tenth of that of its
    /// differences for transitions; 0 for what is no variance.
    private func startValues(_ sequence: LinearGaussianSequence) -> [Double] {
        let spread = DiffusePass.scale(sequence)
        let emissions = Set(structure.emissionNoise.joined().compactMap(\.parameter))
        return structure.parameterNames.indices.map { index in
            let name = structure.parameterNames[index]
            if let value = values[name] { return value }
            if !structure.isVariance[index] { return 0 }
            return emissions.contains(name) ? spread / 2 : spread / 20
        }
    }

    /// Updates of EM for variances, from the score: where a noise covariance holds q · Q in a block
    /// of rank r, E[tr Q⁻¹ Σ w wᵀ] / (N r) = q + 2 q² (∂ log p / ∂ q) / (N r). Other parameters stay.
    private func expectationMaximization(
        _ sequence: LinearGaussianSequence, from start: [Double], updates: Int = 50
    ) throws -> [Double] {
        let weights = try structure.parameterNames.indices.map { index in
            try structure.isVariance[index] ? varianceCount(index, sequence) : 0
        }
        var values = structure.values(at: start)
        for _ in 0..<updates {
            let model = try structure.model(values: values)
            let score = structure.naturalGradient(
                try model.logLikelihoodGradient(of: [sequence]).gradient)
            var change = 0.0
            for index in values.indices where structure.isVariance[index] {
                let factor = 1 + 2 * values[index] * score[index] / weights[index]
                values[index] *= factor
                change = max(change, abs(factor - 1))
            }
            if change < 1e-6 { break }
        }
        return structure.point(of: values)
    }

    /// N r of a variance.
    private func varianceCount(
        _ index: Int, _ sequence: LinearGaussianSequence
    ) throws -> Double {
        let name = structure.parameterNames[index]
        func rank(_ rows: StructuredModel.Rows) -> [Int] {
            rows.indices.filter { rows[$0][$0].parameter == name }
        }
        let (states, emissions) = (
            rank(structure.transitionNoise), rank(structure.emissionNoise)
        )
        let isSimple =
            states.isEmpty != emissions.isEmpty
            && (structure.transitionNoise + structure.emissionNoise).joined()
                .allSatisfy { $0.parameter == nil || $0.constant == 0 }
        if !isSimple {
            throw LinearGaussianError.unsupported(
                what: "EM for the variance \(name), which several noises share",
                instead: "fit by maximum likelihood")
        }
        if emissions.isEmpty { return Double((sequence.count - 1) * states.count) }
        return (0..<sequence.count).reduce(0) { sum, step in
            sum + Double(sequence.observed(step).filter(emissions.contains).count)
        }
    }

    private func result(
        _ sequence: LinearGaussianSequence, _ point: [Double], _ outcome: LBFGSMinimizer.Outcome?,
        _ forecast: Int
    ) throws -> TimeSeriesFit {
        let model = try structure.model(at: point)
        let smoothed = try model.smooth(sequence)
        let fitted = outcome == nil ? [:] : try parameters(sequence, point)
        return TimeSeriesFit(
            model: model, stateNames: stateNames, logLikelihood: smoothed.filter.logLikelihood,
            criteria: InformationCriteria(
                logLikelihood: smoothed.filter.logLikelihood, parameterCount: fitted.count,
                observationCount: sequence.observedCount),
            parameters: fitted,
            // A line search that fails at a flat optimum has found it as exactly as can be.
            converged: outcome != .iterationLimit && outcome != .notFinite,
            filtered: smoothed.filter.filtered,
            undeterminedCount: smoothed.filter.undeterminedCount, smoothed: smoothed.smoothed,
            forecast: forecast > 0
                ? try model.forecast(forecast, after: sequence, smoothed.filter) : nil,
            diagnostics: try model.diagnostics(of: sequence))
    }

    private func parameters(
        _ sequence: LinearGaussianSequence, _ point: [Double]
    ) throws -> [String: FittedParameter] {
        let objective = LikelihoodObjective(parameterization: structure, runs: [sequence])
        let information = try? objective.information(at: point)
        let values = structure.values(at: point)
        var free = Array(values.indices)
        var errors = information.map { self.errors($0, free, values) } ?? [:]
        // A variance that may as well be zero is not near the middle of a normal law; it is held at
        // its bound, and the others' errors are those given it.
        let atBound = free.filter {
            structure.isVariance[$0] && (errors[$0] ?? 0) > 10 * values[$0]
        }
        if let information, !atBound.isEmpty {
            free.removeAll(where: atBound.contains)
            errors = self.errors(information, free, values)
        }
        return Dictionary(
            uniqueKeysWithValues: structure.parameterNames.enumerated().map { index, name in
                (name, FittedParameter(value: values[index], standardError: errors[index]))
            })
    }

    /// The standard errors of the free parameters by the delta method, which at a maximum gives
    /// those of the observed information of the values; none where it is not positive definite.
    private func errors(
        _ information: Matrix, _ free: [Int], _ values: [Double]
    ) -> [Int: Double] {
        let part = Matrix(rows: free.count, columns: free.count) { information[free[$0], free[$1]] }
        guard !free.isEmpty, let covariance = try? Cholesky(part).inverse else { return [:] }
        var errors: [Int: Double] = [:]
        for (place, index) in free.enumerated() {
            let slope = structure.isVariance[index] ? values[index] : 1
            errors[index] = slope * covariance[place, place].squareRoot()
        }
        return errors
    }
}
