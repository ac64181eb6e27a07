import OptimistCore
import OptimistProbability
import OptimistTorch

extension SequentialMonteCarlo {
    /// Futures as they grow.
    struct Cloud {
        let planner: SequentialMonteCarlo
        let states: Int
        private let objective: PlanningObjective
        /// Where each future has got to, `[state · particle, ...]`.
        var rows: Tensor
        /// Not normalized, `[state, particle]`: the mean weight estimates Z.
        var logWeights: Tensor
        /// The probability that a future still goes on, `[state, particle]`; nil while all do.
        var survival: Tensor?
        /// γᵏ survival V(z) that the weights count on, `[state, particle]`.
        var twist: Tensor?
        /// `[state, particle]`.
        var information: Tensor?
        private var discount = 1.0
        /// What the model calculates in; the weights add up in double precision.
        private(set) var elementType = ElementType.float64
        /// What was done at each step, `[state, particle, ...]`.
        private(set) var actions: [Tensor] = []
        /// Whose future each particle went on with, before each step.
        var ancestors: [Tensor?] = []

        init(
            _ planner: SequentialMonteCarlo, states: Int, _ rows: Tensor, _ logWeights: Tensor?,
            _ objective: PlanningObjective
        ) {
            self.planner = planner
            self.states = states
            self.rows = rows
            self.objective = objective
            self.logWeights =
                logWeights
                ?? .zeros([states, planner.particles], type: .float64, device: rows.device)
        }

        /// Lets the weights count on the value of where futures start, `[state · particle]`.
        mutating func twist(by value: Tensor) {
            twist = cells(value)
            logWeights = logWeights + twist!
        }

        /// Draws an action for every future, goes on, and weighs.
        mutating func move<Model: ImaginationModel>(
            _ step: Int, in model: Model, _ proposing: Proposal?, using generator: inout Generator
        ) throws where Model.ActionLaw == ActionLaw {
            let habit = model.habit(at: rows)
            let proposal = proposing?(step, rows)
            let chosen = (proposal ?? habit).sample(using: &generator)
            actions.append(chosen.reshaped([states, planner.particles] + chosen.shape.dropFirst()))
            if let proposal {
                let ratio = cells(habit.logDensity(chosen) - proposal.logDensity(chosen))
                // What a future does after its end counts for nothing.
                logWeights = logWeights + (survival.map { ratio * ($0 .> 0) } ?? ratio)
            }
            let imagined = try model.imagine(
                rows, doing: chosen, measuringInformation: objective.measuresInformation,
                using: &generator)
            weigh(imagined, value: { model.value(of: $0) }, isLast: step == objective.horizon - 1)
        }

        private mutating func weigh(
            _ imagined: Imagined, value: (Tensor) -> Tensor?, isLast: Bool
        ) {
            var gain = weighted(cells(imagined.logOptimality))
            if let measured = imagined.information, objective.measuresInformation {
                let counted = weighted(cells(measured))
                gain = gain + counted * objective.informationWeight
                information = information.map { $0 + counted } ?? counted
            }
            if let goesOn = imagined.continuation.map(cells) {
                survival = survival.map { $0 * goesOn } ?? goesOn
            }
            discount *= objective.discount
            rows = imagined.states
            elementType = imagined.logOptimality.elementType
            if let twist { gain = gain - twist }
            twist = nil
            if isLast ? planner.valuesEnd : planner.twistsByValue, let value = value(rows) {
                twist = weighted(cells(value))
                gain = gain + twist!
            }
            let sum = logWeights + gain
            logWeights = sum.maskedFill(.!sum.isFinite(), -.infinity)
        }

        private func cells(_ rows: Tensor) -> Tensor {
            rows.reshaped([states, planner.particles])
        }

        private func weighted(_ term: Tensor) -> Tensor {
            (survival.map { term * $0 } ?? term) * discount
        }
    }
}
