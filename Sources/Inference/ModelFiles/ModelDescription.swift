import OptimistLinearAlgebra

/// What a model file says: a Markov decision process, partially observed or not.
public struct ModelDescription: Equatable, Sendable {
    /// p(s′ | s, a), the rewards, the start, names of states and actions, discount and horizon.
    ///
    /// Rewards that depend on the observation are averaged over it, which changes no expected return.
    public var model: TabularModel
    /// What is observed; nil for a fully observed process.
    public var observations: ObservationTable?
    /// Whether the file's rewards depended on the observation.
    public var rewardsDependOnObservation: Bool
    /// Of the model's last states, those that a reader added: the state that each is a twin of,
    /// or nil for an end.
    public var addedStates: [Int?] = []
    /// What states bring themselves, the first one included; nil where rewards are paid for
    /// transitions. `model` then has their means as rewards for entering a state, without the first.
    public var stateRewards: StateRewards?

    /// A description with its parts.
    public init(
        model: TabularModel, observations: ObservationTable? = nil,
        rewardsDependOnObservation: Bool = false, addedStates: [Int?] = [],
        stateRewards: StateRewards? = nil
    ) {
        self.model = model
        self.observations = observations
        self.rewardsDependOnObservation = rewardsDependOnObservation
        self.addedStates = addedStates
        self.stateRewards = stateRewards
    }
}

/// p(o | s′, a) of a file.
public struct ObservationTable: Equatable, Sendable {
    /// The number of observations.
    public var count: Int
    /// What they are called.
    public var names: [String]?
    /// Whether the law depends on the action taken.
    public var dependsOnAction: Bool
    /// Row s′, or action · states + s′ where the law depends on the action; `[rows, count]`.
    public var probabilities: SparseRows

    /// p(o | s′, a) as the row of `probabilities`.
    public func row(next: Int, action: Int, states: Int) -> Int {
        dependsOnAction ? action * states + next : next
    }

    func check(_ model: TabularModel) throws(ModelFileError) {
        for row in 0..<probabilities.rows {
            var sum = 0.0
            probabilities.forEachInRow(row) { sum += $1 >= 0 ? $1 : .nan }
            if !(abs(sum - 1) <= TabularModel.sumTolerance) {
                let action = dependsOnAction ? model.label(action: row / model.states) : nil
                throw .observations(
                    state: model.label(state: row % model.states), action: action, sum: sum)
            }
        }
    }
}
