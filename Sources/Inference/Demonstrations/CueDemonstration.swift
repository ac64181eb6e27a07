import OptimistCore
import OptimistLinearAlgebra

/// A hidden context, a cue that tells of it, and two arms of which the context favors one.
///
/// The information that planning counts must be about the whole belief: given the sampled state,
/// which contains the context, a cue tells nothing.
public struct CueDemonstration: Sendable {
    /// How often the cue shows the true context.
    public var validity: Double
    /// How often the arm that matches the context pays; the other pays as often as this one fails.
    public var payProbability: Double

    /// A cue that is right in 95 of 100 cases, arms that pay in 75 of 100.
    public init(validity: Double = 0.95, payProbability: Double = 0.75) {
        self.validity = validity
        self.payProbability = payProbability
    }

    /// I(context; cue) under a uniform belief, in nats.
    public var cueInformation: Double { binaryInformation(belief: 0.5, accuracy: validity) }

    /// I(context; cue | context): what is left where the sampled state is given; 0.
    public var conditionalCueInformation: Double {
        [1.0, 0.0].reduce(0) { $0 + binaryInformation(belief: $1, accuracy: validity) / 2 }
    }

    /// I(context; outcome of an arm) before the cue.
    public var armInformation: Double { binaryInformation(belief: 0.5, accuracy: payProbability) }

    /// The same after the cue.
    public var armInformationAfterCue: Double {
        binaryInformation(belief: validity, accuracy: payProbability)
    }

    /// The task as a partially observed model: two contexts and the end, which follows an arm; the
    /// cue and two arms, of which the first matches the first context and pays +1 or −1.
    public var model: PartiallyObservedModel {
        let (pay, even) = (2 * payProbability - 1, [0.5, 0.5])
        do {
            return try PartiallyObservedModel(
                dynamics: TabularModel(
                    dense: [
                        [[1, 0, 0], [0, 0, 1], [0, 0, 1]], [[0, 1, 0], [0, 0, 1], [0, 0, 1]], [],
                    ], rewards: [[0, pay, -pay], [0, -pay, pay], []], start: even + [0]),
                observations: [
                    Matrix([[validity, 1 - validity], [1 - validity, validity], even]),
                    Matrix([even, even, even]), Matrix([even, even, even]),
                ], discount: 1)
        } catch {
            fail("CueDemonstration.model", "\(error)")
        }
    }

    /// Q of the cue and of both arms at first, in reward units, where two steps are left: the exact
    /// values of beliefs by alpha vectors.
    private var firstValues: [Double] {
        do {
            let model = model
            let later = try AlphaVectorIteration(model, horizon: 1).stages[0]
            return later.actionValues(model.initialBelief)
        } catch {
            fail("CueDemonstration.firstValues", "\(error)")
        }
    }

    /// The expected reward of the better arm without the cue.
    public var directValue: Double { firstValues.dropFirst().max() ?? .nan }

    /// The expected reward of going to the cue first and then to the arm that it favors.
    public var cueFirstValue: Double { firstValues[0] }

    private func binaryInformation(belief: Double, accuracy: Double) -> Double {
        EmittingProcess.mutualInformation(
            prior: [belief, 1 - belief],
            likelihood: [[accuracy, 1 - accuracy], [1 - accuracy, accuracy]])
    }
}
