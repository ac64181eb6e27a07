import Foundation
import OptimistLinearAlgebra

extension ParameterFlowKalman {
    /// A part that can be fitted.
    public enum Part: Sendable, Hashable, CaseIterable {
        /// The velocity of E, its matrices in units of 1/100: they act over many steps.
        case transitionField
        /// E at time 0.
        case transitionStart
        /// The velocity of the encoded F, in units of 1/100.
        case noiseField
        /// The encoded F at time 0; not for the encodings of F by itself.
        case noiseStart
        /// One log factor of F at time 0 for all states, with the Cholesky encoding.
        case noiseScale
        /// C.
        case emission
        /// D, by its Cholesky factor with log-diagonal.
        case emissionNoise
    }

    /// Where a fit ended.
    public struct Fit: Sendable {
        /// The fitted filter.
        public let flow: ParameterFlowKalman
        /// log p(x) of all runs, in nats.
        public let logLikelihood: Double
        /// How the minimizer ended; its value is −log p(x) / observations.
        public let minimization: LBFGSMinimizer.Result
    }

    /// Fits some parts to independent runs by maximum likelihood, the others frozen. The likelihood is
    /// nearly flat in the scaling of states: keep C or E at time 0 frozen.
    ///
    /// - Throws: `ParameterFlowError` or `LinearGaussianError` where the start has no likelihood, or
    ///   for parts that its encoding does not have.
    public func fit(
        _ parts: Set<Part>, to runs: [(observations: Matrix, times: [Double]?)],
        minimizer: LBFGSMinimizer = LBFGSMinimizer(iterationLimit: 300, gradientTolerance: 1e-7)
    ) throws -> Fit {
        let free = Part.allCases.filter(parts.contains)
        try check(free)
        let start = try free.flatMap { try point(of: $0) }
        let scale = 1 / Double(max(1, runs.reduce(0) { $0 + $1.observations.rows }))
        _ = try logLikelihoodGradient(runs)
        let minimum = minimizer.minimize(from: start) { point, gradient in
            let flow = moved(free, to: point)
            guard let found = try? flow.logLikelihoodGradient(runs) else { return .infinity }
            let exact = flow.pullback(found.gradient, free, from: self)
            for i in gradient.indices { gradient[i] = -scale * exact[i] }
            return -scale * found.logLikelihood
        }
        if minimum.outcome == .notFinite {
            throw LinearGaussianError.cannotStart(reason: "the likelihood is not finite there")
        }
        return Fit(
            flow: moved(free, to: minimum.point), logLikelihood: -minimum.value / scale,
            minimization: minimum)
    }

    private static let fieldUnit = 0.01

    private func check(_ free: [Part]) throws {
        let isItself = noise.encoding == .lyapunov || noise.encoding == .raw
        if free.contains(.noiseStart) && isItself
            || free.contains(.noiseScale) && noise.encoding != .cholesky
            || free.contains(.noiseScale) && free.contains(.noiseStart)
        {
            throw ParameterFlowError.noGradient(
                reason: "the noise's start cannot be fitted in this encoding or in two ways")
        }
    }

    /// The rows of the diagonal in the Cholesky encoding.
    private var diagonalRows: [Int] {
        (0..<transitionStart.rows).map { $0 * ($0 + 1) / 2 + $0 }
    }

    private var emissionCode: CovarianceEncoding {
        CovarianceEncoding(size: emission.rows, structure: .full)
    }

    private func point(of part: Part) throws -> [Double] {
        switch part {
        case .transitionField: transitionField.numbers.map { $0 / Self.fieldUnit }
        case .transitionStart: transitionStart.elements
        case .noiseField: noise.field.numbers.map { $0 / Self.fieldUnit }
        case .noiseStart: noise.start.elements
        case .noiseScale: [0]
        case .emission: emission.elements
        case .emissionNoise: try emissionCode.encode(emissionNoise)
        }
    }

    /// The filter with its free parts at a point.
    private func moved(_ free: [Part], to point: [Double]) -> ParameterFlowKalman {
        var (result, rest) = (self, point[...])
        func reshape(_ matrix: Matrix, _ numbers: [Double]) -> Matrix {
            Matrix(rows: matrix.rows, columns: matrix.columns, numbers)
        }
        for part in free {
            let count = part == .noiseScale ? 1 : self.count(part)
            let numbers = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            switch part {
            case .transitionField:
                result.transitionField = transitionField.with(
                    numbers.map { $0 * Self.fieldUnit })
            case .transitionStart: result.transitionStart = reshape(transitionStart, numbers)
            case .noiseField:
                result.noise.field = noise.field.with(numbers.map { $0 * Self.fieldUnit })
            case .noiseStart: result.noise.start = reshape(noise.start, numbers)
            case .noiseScale:
                // A log factor of F is half of it in the log-diagonal; the rest scales with it.
                let half = numbers[0] / 2
                let diagonal = Set(diagonalRows)
                result.noise.start = Matrix(rows: noise.start.rows, columns: 1) { row, _ in
                    let value = noise.start[row, 0]
                    return diagonal.contains(row) ? value + half : value * exp(half)
                }
            case .emission: result.emission = reshape(emission, numbers)
            case .emissionNoise: result.emissionNoise = emissionCode.decode(numbers)
            }
        }
        return result
    }

    private func count(_ part: Part) -> Int {
        switch part {
        case .transitionField: transitionField.numbers.count
        case .noiseField: noise.field.numbers.count
        case .transitionStart: transitionStart.elements.count
        case .noiseStart: noise.start.elements.count
        case .noiseScale: 1
        case .emission: emission.elements.count
        case .emissionNoise: emissionCode.count
        }
    }

    /// The gradient in the point of this filter, which was moved from `base`.
    private func pullback(
        _ gradient: ParameterFlowGradient, _ free: [Part], from base: ParameterFlowKalman
    ) -> [Double] {
        free.flatMap { part -> [Double] in
            switch part {
            case .transitionField:
                return gradient.transitionField.numbers.map { $0 * Self.fieldUnit }
            case .transitionStart: return gradient.transitionStart.elements
            case .noiseField: return gradient.noiseField.numbers.map { $0 * Self.fieldUnit }
            case .noiseStart: return gradient.noiseStart.elements
            case .noiseScale:
                let diagonal = Set(diagonalRows)
                let slope = (0..<noise.start.rows).reduce(0.0) { sum, row in
                    let rate = diagonal.contains(row) ? 0.5 : noise.start[row, 0] / 2
                    return sum + rate * gradient.noiseStart[row, 0]
                }
                return [slope]
            case .emission: return gradient.emission.elements
            case .emissionNoise:
                guard let code = try? emissionCode.encode(emissionNoise) else {
                    return Array(repeating: .nan, count: emissionCode.count)
                }
                return emissionCode.pullback(gradient.emissionNoise, at: code)
            }
        }
    }
}
