import OptimistLinearAlgebra

/// A structural model of a series, ready to be fitted (Harvey, "Forecasting, Structural Time Series
/// Models and the Kalman Filter", 1989).
public struct TimeSeriesModel: Sendable, Equatable {
    /// The model's matrices.
    public let structure: StructuredModel
    /// The names of the states.
    public let stateNames: [String]
    /// Values to start fitting from, or to filter with; nil where the data choose.
    public let values: [String: Double]

    /// A model of one's own.
    public init(
        structure: StructuredModel, stateNames: [String], values: [String: Double] = [:]
    ) {
        self.structure = structure
        self.stateNames = stateNames
        self.values = values
    }

    /// A level that walks at random, seen with noise: parameters `observationVariance` and
    /// `levelVariance`; exact diffuse.
    public static var localLevel: TimeSeriesModel {
        get throws {
            try TimeSeriesModel(
                structure: StructuredModel(
                    initial: .exactDiffuse, transition: [[.number(1)]],
                    transitionNoise: [[.parameter("levelVariance")]], emission: [[.number(1)]],
                    emissionNoise: [[.parameter("observationVariance")]]),
                stateNames: ["level"])
        }
    }

    /// A level and its slope, each with a random walk of its own: parameters `observationVariance`,
    /// `levelVariance` and `slopeVariance`; exact diffuse.
    public static var localLinearTrend: TimeSeriesModel {
        get throws {
            try TimeSeriesModel(
                structure: StructuredModel(
                    initial: .exactDiffuse,
                    transition: [[.number(1), .number(1)], [.number(0), .number(1)]],
                    transitionNoise: [
                        [.parameter("levelVariance"), .number(0)],
                        [.number(0), .parameter("slopeVariance")],
                    ], emission: [[.number(1), .number(0)]],
                    emissionNoise: [[.parameter("observationVariance")]]),
                stateNames: ["level", "slope"])
        }
    }

    /// A position that moves with a velocity which white accelerations change: parameters
    /// `observationVariance` and `accelerationVariance`, the spectral density of the acceleration;
    /// exact diffuse. Steps are one unit of time apart.
    public static var constantVelocity: TimeSeriesModel {
        get throws {
            let name = "accelerationVariance"
            return try TimeSeriesModel(
                structure: StructuredModel(
                    initial: .exactDiffuse,
                    transition: [[.number(1), .number(1)], [.number(0), .number(1)]],
                    transitionNoise: [
                        [.parameter(name, times: 1.0 / 3), .parameter(name, times: 0.5)],
                        [.parameter(name, times: 0.5), .parameter(name)],
                    ], emission: [[.number(1), .number(0)]],
                    emissionNoise: [[.parameter("observationVariance")]]),
                stateNames: ["position", "velocity"])
        }
    }
}
