import OptimistLinearAlgebra

extension PartiallyObservedModel {
    /// The model of a file.
    ///
    /// - Parameters:
    ///   - description: a description with observations.
    ///   - discount: γ.
    /// - Throws: `SolvingError.notOffered` without observations, `.memory`, `.model`.
    public init(_ description: ModelDescription, discount: Double) throws(SolvingError) {
        guard let table = description.observations else {
            throw .notOffered("the model has no observations: every state is observed")
        }
        let dynamics = description.model
        // Laws are stored densely, twice while they are read.
        try FreeMemory.require(
            [dynamics.states, dynamics.actions, table.count, 16],
            for: "a law of \(table.count) observations for each of \(dynamics.actions) actions and "
                + "\(dynamics.states) states")
        let actions = table.dependsOnAction ? dynamics.actions : 1
        let laws = (0..<actions).map { action in
            var law = Matrix(rows: dynamics.states, columns: table.count, repeating: 0)
            for state in 0..<dynamics.states {
                let row = table.row(next: state, action: action, states: dynamics.states)
                table.probabilities.forEachInRow(row) { law[state, $0] = $1 }
            }
            return law
        }
        do {
            try self.init(dynamics: dynamics, observations: laws, discount: discount)
        } catch {
            throw .model(error)
        }
    }
}
