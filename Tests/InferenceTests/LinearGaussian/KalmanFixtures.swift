import OptimistCore
import OptimistInference
import OptimistLinearAlgebra

/// Annual flows of the Nile at Aswan, 1871–1970 (Cobb, 1978).
let nile: [Double] = [
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180,
    799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833,
    701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845,
    864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649,
    846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975, 815,
    1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
]

/// The local level model of the Nile with given variances.
func nileModel(
    _ initial: InitialState, observation: Double = 15099, level: Double = 1469.1
) throws -> LinearGaussianModel {
    try LinearGaussianModel(
        initial: initial, transition: [[1]].matrix, transitionNoise: [[level]].matrix,
        emission: [[1]].matrix, emissionNoise: [[observation]].matrix)
}

/// A Gaussian law of one number.
func scalarLaw(_ mean: Double, _ variance: Double) -> GaussianMoments {
    GaussianMoments(mean: [mean], covariance: Matrix([[variance]]))
}

extension [[Double]] {
    var matrix: Matrix { Matrix(self) }
}

/// Random matrices and models.
struct RandomModels {
    var generator: Generator

    init(seed: UInt64) { generator = Generator(seed: seed) }

    mutating func matrix(_ rows: Int, _ columns: Int, scale: Double = 1) -> Matrix {
        var elements: [Double] = []
        for _ in 0..<rows * columns { elements.append(scale * generator.normal()) }
        return Matrix(rows: rows, columns: columns, elements)
    }

    mutating func positive(_ size: Int) -> Matrix {
        let root = matrix(size, size, scale: 0.6)
        var result = root.timesTransposed(root).symmetrized
        result.addToDiagonal(0.2)
        return result
    }

    mutating func vector(_ count: Int) -> [Double] { (0..<count).map { _ in generator.normal() } }

    mutating func law(_ size: Int) -> GaussianMoments {
        GaussianMoments(mean: vector(size), covariance: positive(size))
    }

    /// A model with inputs and offsets whose parameters differ from step to step.
    mutating func varying(
        states n: Int, emissions m: Int, inputs k: Int, steps: Int
    ) throws -> LinearGaussianModel {
        var parts: [(Matrix, Matrix, Matrix, [Double], Matrix, Matrix, Matrix, [Double])] = []
        for _ in 0..<steps {
            parts.append(
                (
                    matrix(n, n, scale: 0.5), positive(n), matrix(n, k), vector(n), matrix(m, n),
                    positive(m), matrix(m, k), vector(m)
                ))
        }
        return try LinearGaussianModel(
            initial: .predictive(law(n)), transition: .perStep(parts.map(\.0)),
            transitionNoise: .perStep(parts.map(\.1)), emission: .perStep(parts.map(\.4)),
            emissionNoise: .perStep(parts.map(\.5)), transitionInput: .perStep(parts.map(\.2)),
            transitionOffset: .perStep(parts.map(\.3)), emissionInput: .perStep(parts.map(\.6)),
            emissionOffset: .perStep(parts.map(\.7)))
    }

    /// A model with inputs and offsets whose parameters are fixed.
    mutating func fixed(
        states n: Int, emissions m: Int, inputs k: Int, initial: InitialState? = nil
    ) throws -> LinearGaussianModel {
        try LinearGaussianModel(
            initial: initial ?? .predictive(law(n)), transition: matrix(n, n, scale: 0.4),
            transitionNoise: positive(n), emission: matrix(m, n), emissionNoise: positive(m),
            transitionInput: k == 0 ? nil : matrix(n, k), transitionOffset: vector(n),
            emissionInput: k == 0 ? nil : matrix(m, k), emissionOffset: vector(m))
    }

    /// Observations with some components missing and one step missing altogether.
    mutating func sequence(
        steps: Int, emissions m: Int, inputs k: Int, gaps: Bool = true
    ) -> LinearGaussianSequence {
        var observations = matrix(steps, m)
        if gaps {
            observations[1, 0] = .nan
            for i in 0..<m { observations[2, i] = .nan }
            observations[steps - 1, m - 1] = .nan
        }
        return LinearGaussianSequence(
            observations: observations, inputs: k == 0 ? nil : matrix(steps, k))
    }
}
