import OptimistCore

/// A way through a finite model.
public struct Trajectory: Equatable, Sendable {
    /// s_1, s_2, …; ends with the terminal state if one was entered.
    public var states: [Int]
    /// a_1, a_2, …, one for each state that is not terminal.
    public var actions: [Int]

    /// A way with its parts.
    public init(states: [Int], actions: [Int]) {
        self.states = states
        self.actions = actions
    }
}

extension ControlPosterior {
    /// Which dynamics a sampled trajectory follows.
    public enum Dynamics: Sendable {
        /// The tilted start and dynamics: a draw from p(τ | O).
        case posterior
        /// The true start and dynamics under the posterior policy: what executing it brings.
        case model
    }

    /// Draws a trajectory of at most `horizon` steps.
    public func sample(
        dynamics: Dynamics = .posterior, using generator: inout Generator
    ) -> Trajectory {
        var state = generator.categorical(dynamics == .posterior ? start : model.start)
        var result = Trajectory(states: [state], actions: [])
        for t in 0..<horizon where !model.pairs.isTerminal(state) {
            let range = model.pairs.range(of: state)
            let pair = range.lowerBound + generator.categorical(Array(policy[t][range]))
            result.actions.append(Int(model.pairs.actionOf[pair]))
            if t + 1 == horizon { break }
            let first = model.transitions.starts[pair]
            let law =
                dynamics == .posterior
                ? tiltedDynamics(step: t, pair: pair)
                : Array(model.transitions.values[first..<model.transitions.starts[pair + 1]])
            state = Int(model.transitions.indices[first + generator.categorical(law)])
            result.states.append(state)
        }
        return result
    }
}
