import OptimistLinearAlgebra

extension TabularModel {
    /// How far a distribution's sum may be from one.
    public static let sumTolerance = 1e-8

    func validate() throws(TabularModelError) {
        for state in 0..<states {
            for pair in pairs.range(of: state) { try validate(pair: pair, of: state) }
        }
        var sum = 0.0
        for (state, value) in start.enumerated() {
            if !(value >= 0 && value <= 1 + TabularModel.sumTolerance) {
                throw .startProbability(state: label(state: state), value: value)
            }
            sum += value
        }
        if abs(sum - 1) > TabularModel.sumTolerance { throw .startSum(sum) }
    }

    private func validate(pair: Int, of state: Int) throws(TabularModelError) {
        var sum = 0.0
        for position in transitions.starts[pair]..<transitions.starts[pair + 1] {
            let value = transitions.values[position]
            if !(value >= 0 && value <= 1 + TabularModel.sumTolerance) {
                throw .probability(
                    state: label(state: state), action: actionLabel(pair),
                    next: label(state: Int(transitions.indices[position])), value: value)
            }
            if let reward = edgeRewards?[position], !reward.isFinite {
                throw .reward(
                    state: label(state: state), action: actionLabel(pair), value: reward)
            }
            sum += value
        }
        if abs(sum - 1) > TabularModel.sumTolerance {
            throw .rowSum(state: label(state: state), action: actionLabel(pair), sum: sum)
        }
        if !rewards[pair].isFinite {
            throw .reward(
                state: label(state: state), action: actionLabel(pair), value: rewards[pair])
        }
    }

    private func actionLabel(_ pair: Int) -> String { label(action: Int(pairs.actionOf[pair])) }
}
