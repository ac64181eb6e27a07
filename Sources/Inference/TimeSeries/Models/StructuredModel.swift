import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// A fixed linear-Gaussian model whose matrices hold numbers and multiples of named parameters. A
/// parameter that stands on the diagonal of a noise covariance is a variance and stays positive.
public struct StructuredModel: ModelParameterization, Equatable {
    /// One element of a matrix: constant + scale · parameter.
    public struct Entry: Sendable, Equatable {
        /// The constant.
        public var constant: Double
        /// The parameter's name; nil for a mere number.
        public var parameter: String?
        /// What the parameter is multiplied by.
        public var scale: Double

        /// A number.
        public static func number(_ value: Double) -> Entry {
            Entry(constant: value, parameter: nil, scale: 0)
        }

        /// A multiple of a parameter.
        public static func parameter(_ name: String, times scale: Double = 1) -> Entry {
            Entry(constant: 0, parameter: name, scale: scale)
        }
    }

    /// The rows of a matrix.
    public typealias Rows = [[Entry]]

    /// What is known about the first state.
    public let initial: InitialState
    /// E.
    public let transition: Rows
    /// F.
    public let transitionNoise: Rows
    /// C.
    public let emission: Rows
    /// D.
    public let emissionNoise: Rows
    /// The parameters' names in order of first appearance: D, F, E, C.
    public let parameterNames: [String]
    /// Whether each parameter is a variance.
    let isVariance: [Bool]

    /// A model from the entries of its matrices.
    ///
    /// - Throws: `LinearGaussianError.shape` for ragged rows.
    public init(
        initial: InitialState, transition: Rows, transitionNoise: Rows, emission: Rows,
        emissionNoise: Rows
    ) throws {
        self.initial = initial
        self.transition = transition
        self.transitionNoise = transitionNoise
        self.emission = emission
        self.emissionNoise = emissionNoise
        var (names, variances) = ([String](), Set<String>())
        for (name, rows) in [
            ("emissionNoise", emissionNoise), ("transitionNoise", transitionNoise),
            ("transition", transition), ("emission", emission),
        ] {
            if rows.contains(where: { $0.count != rows[0].count }) {
                throw LinearGaussianError.shape(
                    parameter: name, found: "rows of different lengths",
                    expected: "rows of one length")
            }
            for (i, row) in rows.enumerated() {
                for (j, entry) in row.enumerated() {
                    guard let parameter = entry.parameter else { continue }
                    if !names.contains(parameter) { names.append(parameter) }
                    if i == j, name.hasSuffix("Noise") { variances.insert(parameter) }
                }
            }
        }
        parameterNames = names
        isVariance = names.map(variances.contains)
    }

    /// The number of parameters.
    public var parameterCount: Int { parameterNames.count }

    /// The natural values at a point: exponentials for variances.
    public func values(at point: [Double]) -> [Double] {
        point.indices.map { isVariance[$0] ? exp(point[$0]) : point[$0] }
    }

    /// The point of natural values; variances must be positive.
    public func point(of values: [Double]) -> [Double] {
        values.indices.map { isVariance[$0] ? log(values[$0]) : values[$0] }
    }

    /// The model at a point.
    public func model(at point: [Double]) throws -> LinearGaussianModel {
        try model(values: values(at: point))
    }

    /// The model of natural values.
    ///
    /// - Throws: what the model's initializer throws.
    public func model(values: [Double]) throws -> LinearGaussianModel {
        func matrix(_ rows: Rows) -> Matrix {
            Matrix(
                rows.map { row in
                    row.map { entry in
                        guard let name = entry.parameter,
                            let index = parameterNames.firstIndex(of: name)
                        else { return entry.constant }
                        return entry.constant + entry.scale * values[index]
                    }
                })
        }
        return try LinearGaussianModel(
            initial: initial, transition: matrix(transition),
            transitionNoise: matrix(transitionNoise), emission: matrix(emission),
            emissionNoise: matrix(emissionNoise))
    }

    /// The gradient in the point.
    public func pullback(_ gradient: LinearGaussianGradient, at point: [Double]) -> [Double] {
        let natural = naturalGradient(gradient)
        return point.indices.map { natural[$0] * (isVariance[$0] ? exp(point[$0]) : 1) }
    }

    /// The gradient in the natural values.
    func naturalGradient(_ gradient: LinearGaussianGradient) -> [Double] {
        var result = Array(repeating: 0.0, count: parameterCount)
        for (rows, part) in [
            (transition, gradient.transition), (transitionNoise, gradient.transitionNoise),
            (emission, gradient.emission), (emissionNoise, gradient.emissionNoise),
        ] {
            for (i, row) in rows.enumerated() {
                for (j, entry) in row.enumerated() {
                    guard let name = entry.parameter,
                        let index = parameterNames.firstIndex(of: name)
                    else { continue }
                    result[index] += entry.scale * part[i, j]
                }
            }
        }
        return result
    }
}
