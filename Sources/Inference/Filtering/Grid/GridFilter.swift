import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// A belief about a number, as probabilities of the cells of a grid.
public struct GridBelief: Equatable, Sendable {
    /// The centers of the cells, ascending and equally far apart.
    public let points: [Double]
    /// Their probabilities; `[cell]`.
    public var probabilities: [Double]

    /// The expectation of a function of the state.
    public func expectation(_ function: (Double) throws -> Double) rethrows -> Double {
        var sum = 0.0
        for (point, probability) in zip(points, probabilities) {
            sum += probability * (try function(point))
        }
        return sum
    }

    /// The mean.
    public var mean: Double { expectation { $0 } }

    /// The variance.
    public var variance: Double {
        let mean = mean
        return expectation { ($0 - mean) * ($0 - mean) }
    }
}

/// A filter of any model with one state, by the midpoint rule on a grid: near exact where laws are
/// smooth and wider than a cell, and so a check of every other filter.
public struct GridFilter<Observation, Action>: IrregularBayesianFilter {
    /// What the model's densities see beside the state.
    public typealias Context = StepContext<Action>

    /// The centers of the cells.
    public let points: [Double]
    /// log p(s_1).
    public let logInitial: (Double) -> Double
    /// log p(s′ | s), of the next state, the state and the context.
    public let logTransition: (Double, Double, Context) -> Double
    /// log p(x | s), of the observation, the state and the context.
    public let logEmission: (Observation, Double, Context) -> Double
    /// How far the probability of a prediction may be from one before `massOutsideGrid` is thrown.
    public var tolerance = 1e-6
    /// Whether the transition is the same at every step, so that its table is made once.
    public let isStationary: Bool
    private var kernel: Matrix?

    /// A filter on a grid over [low, high].
    ///
    /// - Parameters:
    ///   - low: the lower end.
    ///   - high: the upper end.
    ///   - cells: how many cells; a step takes their number squared.
    ///   - isStationary: whether the transition depends on neither step, action nor interval.
    ///   - logInitial: the log density of the first state.
    ///   - logTransition: log p(s′ | s), of the next state, the state and the context.
    ///   - logEmission: log p(x | s), of the observation, the state and the context.
    public init(
        low: Double, high: Double, cells: Int = 2000, isStationary: Bool = true,
        logInitial: @escaping (Double) -> Double,
        logTransition: @escaping (Double, Double, Context) -> Double,
        logEmission: @escaping (Observation, Double, Context) -> Double
    ) {
        if cells < 2 || !(low < high) { fail("GridFilter", "\(cells) cells on [\(low), \(high)]") }
        let width = (high - low) / Double(cells)
        points = (0..<cells).map { low + (Double($0) + 0.5) * width }
        self.isStationary = isStationary
        self.logInitial = logInitial
        self.logTransition = logTransition
        self.logEmission = logEmission
    }

    private var width: Double { points[1] - points[0] }

    /// The law of the first state on the grid.
    ///
    /// - Throws: `FilteringError.massOutsideGrid`.
    public func initialBelief() throws -> GridBelief {
        try checked(points.map { exp(logInitial($0)) * width }, step: 0)
    }

    /// Σ p(s′ | s) p(s).
    ///
    /// - Throws: `FilteringError.massOutsideGrid`.
    public mutating func predict(
        _ belief: GridBelief, action: Action?, step: Int, interval: Double
    ) throws -> GridBelief {
        let context = Context(step: step, action: action, interval: interval)
        if !isStationary || kernel == nil {
            kernel = Matrix(rows: points.count, columns: points.count) {
                exp(logTransition(points[$0], points[$1], context)) * width
            }
        }
        return try checked(kernel! * belief.probabilities, step: step + 1)
    }

    /// Bayes' rule in every cell.
    ///
    /// - Throws: `FilteringError.impossibleObservation`.
    public func update(
        _ belief: GridBelief, observation: Observation, action: Action?, step: Int
    ) throws -> (belief: GridBelief, logLikelihood: Double) {
        let context = Context(step: step, action: action, interval: 0)
        var weights = points.indices.map {
            log(belief.probabilities[$0]) + logEmission(observation, points[$0], context)
        }
        let logLikelihood = normalizeLogWeights(&weights)
        if !logLikelihood.isFinite { throw FilteringError.impossibleObservation(step: step) }
        return (GridBelief(points: points, probabilities: weights), logLikelihood)
    }

    private func checked(_ probabilities: [Double], step: Int) throws(FilteringError) -> GridBelief
    {
        let mass = probabilities.reduce(0, +)
        if !(abs(mass - 1) <= tolerance) { throw .massOutsideGrid(step: step, mass: mass) }
        return GridBelief(points: points, probabilities: probabilities)
    }
}
