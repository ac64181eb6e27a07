import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension DiscreteStateSpace {
    /// The law of each state given the whole sequence.
    ///
    /// - Parameters:
    ///   - likelihoods: log p(x_t | s), [T, S].
    ///   - actions: the action at each source step, at least T − 1; nil without actions.
    ///   - form: which of two recursions that agree.
    ///   - withPairs: whether to keep the T − 1 laws of neighbouring states.
    ///   - policy: what to do about an observation that the model excludes. After a reset nothing
    ///     flows back across it: the states on both sides are independent.
    /// - Throws: `HiddenMarkovError`.
    public func smooth(
        _ likelihoods: LikelihoodTable, actions: [Int]? = nil, form: SmoothingForm = .corrected,
        withPairs: Bool = false, onImpossible policy: ImpossibleObservationPolicy = .refuse
    ) throws -> SmoothedStates {
        let forward = try filter(likelihoods, actions: actions, onImpossible: policy)
        let tables = try offsets(count: forward.stepCount - 1, actions: actions)
        var marginals = forward.filtered
        var pairs: [Matrix] = []
        let states = stateCount
        var message = [Double](repeating: 1, count: states)
        for step in (0..<max(forward.stepCount - 1, 0)).reversed() {
            let (row, next) = (step * states, (step + 1) * states)
            if forward.resets.contains(step + 1) {
                for i in 0..<states { message[i] = 1 }
                if withPairs {
                    pairs.append(
                        .outer(forward.belief(at: step), Array(marginals[next..<next + states])))
                }
                continue
            }
            var ratio = [Double](repeating: 0, count: states)
            for j in 0..<states where forward.predicted[next + j] > 0 {
                switch form {
                case .corrected: ratio[j] = marginals[next + j] / forward.predicted[next + j]
                case .backwardMessages:
                    let log = likelihoods.logLikelihoods[next + j]
                    ratio[j] = exp(log - forward.stepLogEvidence[step + 1]) * message[j]
                }
            }
            for i in 0..<states {
                var sum = 0.0
                for j in 0..<states { sum += transitions[tables[step] + i * states + j] * ratio[j] }
                // Where the filter gives nothing the message is of no use and may overflow.
                message[i] = forward.filtered[row + i] > 0 ? sum : 0
                marginals[row + i] = forward.filtered[row + i] * message[i]
            }
            if withPairs {
                pairs.append(
                    Matrix(rows: states, columns: states) { i, j in
                        forward.filtered[row + i]
                            * transitions[tables[step] + i * states + j] * ratio[j]
                    })
            }
        }
        return SmoothedStates(
            logEvidence: forward.logEvidence, marginals: marginals, pairs: pairs.reversed(),
            stateCount: states)
    }
}
