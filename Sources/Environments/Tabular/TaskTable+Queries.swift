import OptimistCore

extension TaskTable {
    /// The numbers of the transitions of a state and an action.
    @inlinable
    public func range(_ state: Int, _ action: Int) -> Range<Int> {
        let pair = state * actions + action
        return offsets[pair]..<offsets[pair + 1]
    }

    /// What may follow a state and an action.
    public func transitions(_ state: Int, _ action: Int) -> [Transition] {
        range(state, action).map {
            Transition(
                to: successors[$0], probability: probabilities[$0], reward: rewards[$0],
                terminates: terminates[$0])
        }
    }

    /// The mean reward of a state and an action.
    public func expectedReward(_ state: Int, _ action: Int) -> Double {
        range(state, action).reduce(0) { $0 + probabilities[$1] * rewards[$1] }
    }

    /// Draws a state to start from.
    public func drawStart(using generator: inout Generator) -> Int {
        TaskTable.draw(generator.uniform(), start.indices) { start[$0] }
    }

    /// Draws the number of a transition of a state and an action.
    public func drawTransition(
        _ state: Int, _ action: Int, using generator: inout Generator
    ) -> Int {
        let range = range(state, action)
        if range.count == 1 { return range.lowerBound }
        return TaskTable.draw(generator.uniform(), range) { probabilities[$0] }
    }

    /// The first index at which the running sum passes `share`; the last possible one where
    /// rounding leaves a rest.
    private static func draw(
        _ share: Double, _ range: Range<Int>, _ probability: (Int) -> Double
    ) -> Int {
        var rest = share
        var last = range.lowerBound
        for index in range where probability(index) > 0 {
            rest -= probability(index)
            last = index
            if rest < 0 { break }
        }
        return last
    }

    /// The same process without terminations: a transition that ended the task leads, with its
    /// reward, to an added last state that keeps to itself and pays nothing.
    public func absorbing() -> TaskTable {
        if !terminates.contains(true) { return self }
        let end = states
        return TaskTable(start: start + [0], actions: actions) { state, action in
            if state == end { return [Transition(to: end)] }
            return transitions(state, action).map {
                Transition(
                    to: $0.terminates ? end : $0.successor, probability: $0.probability,
                    reward: $0.reward)
            }
        }
    }
}
