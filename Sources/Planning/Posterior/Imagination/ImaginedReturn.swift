import OptimistCore
import OptimistTorch

/// The sums of imagined rows as they grow.
struct ImaginedReturn {
    /// S of every row so far, `[rows]`, in nats.
    private(set) var score: Tensor!
    /// Σ γᵏ survivalₖ Iₖ, `[rows]`, in nats; nil where information is not measured.
    private(set) var information: Tensor?
    /// Σ log p(a | z), `[rows]`, not discounted: the density of the whole sequence.
    private(set) var logHabit: Tensor?
    /// Σ γᵏ survivalₖ KL(q(aₖ) ‖ p(aₖ | zₖ)), `[rows]`, in nats.
    private(set) var divergence: Tensor?
    /// The probability that a row still goes on, `[rows]`; nil while all surely do.
    private(set) var survival: Tensor?
    /// The probability that each step so far was reached, `[rows]` each; none while all surely are.
    private(set) var survivals: [Tensor] = []

    private let objective: PlanningObjective
    private var discount = 1.0

    init(_ objective: PlanningObjective) { self.objective = objective }

    /// Counts what choosing an action costs.
    mutating func add(_ choice: ActionChoice) {
        if let log = choice.logHabit { logHabit = logHabit.map { $0 + log } ?? log }
        if let cost = choice.divergence {
            let weighted = weighted(cost)
            divergence = divergence.map { $0 + weighted } ?? weighted
        }
    }

    /// Counts an arrival, then its ending.
    mutating func add(_ step: Imagined) {
        let rows = [step.states.shape[0]]
        if step.logOptimality.shape != rows {
            fail(
                "ImaginationModel.imagine",
                "log-optimality \(step.logOptimality.shape) for states \(step.states.shape)")
        }
        var gain = step.logOptimality
        if objective.measuresInformation {
            guard let measured = step.information, measured.shape == rows else {
                fail(
                    "ImaginationModel.imagine",
                    "information of shape \(step.information?.shape ?? []) for rows \(rows)")
            }
            let weight = objective.informationWeight
            if weight > 0 { gain = gain + measured * weight }
            let counted = weighted(measured)
            information = information.map { $0 + counted } ?? counted
        }
        let counted = weighted(gain)
        score = score.map { $0 + counted } ?? counted
        if let goesOn = step.continuation {
            survivals.append(survival ?? Tensor.ones(like: goesOn))
            survival = survival.map { $0 * goesOn } ?? goesOn
        }
        discount *= objective.discount
    }

    /// Counts the value where imagination stops.
    mutating func add(value: Tensor) { score = score + weighted(value) }

    private func weighted(_ term: Tensor) -> Tensor {
        let alive = survival.map { term * $0 } ?? term
        return discount == 1 ? alive : alive * discount
    }

    /// S with −∞ where it is not a finite number, so that such a row never counts.
    var saneScore: Tensor { score.maskedFill(.!score.isFinite(), -.infinity) }
}
