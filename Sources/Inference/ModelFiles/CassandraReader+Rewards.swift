import OptimistLinearAlgebra

extension CassandraReader {
    /// `R: a : s : s′ : o r`, `R: a : s : s′ row of o`, `R: a : s matrix of s′ and o`; without
    /// observations `R: a : s : s′ r`, `R: a : s row of s′`, `R: a matrix of s and s′`.
    mutating func readReward() throws(ModelFileError) {
        let states = try table(states, "states")
        let actions = try table(actions, "actions")
        try colon()
        let action = try index(actions)
        guard lexer.colonFollows() else {
            if observations != nil { throw unexpected("\":\"", try lexer.peek()) }
            for state in 0..<states.count { try rewardRow(action, state, states) }
            return
        }
        try colon()
        let state = try index(states)
        guard lexer.colonFollows() else {
            guard let observations else { return try rewardRow(action, state, states) }
            for next in 0..<states.count {
                try rewardRow(action, state, next, observations)
            }
            return
        }
        try colon()
        let next = try index(states)
        if lexer.colonFollows() {
            try colon()
            var observation: Int?
            if let observations {
                observation = try index(observations)
            } else {
                let word = try word("*")
                if word != "*" { throw unexpected("*, as no observations are declared,", word) }
            }
            let value = try number()
            rules.append(
                .init(
                    action: action, state: state, next: next, observation: observation,
                    value: value))
        } else if let observations {
            try rewardRow(action, state, next, observations)
        } else {
            rules.append(.init(action: action, state: state, next: next, value: try number()))
        }
    }

    private mutating func rewardRow(
        _ action: Int?, _ state: Int?, _ states: NameTable
    ) throws(ModelFileError) {
        for next in 0..<states.count {
            rules.append(.init(action: action, state: state, next: next, value: try number()))
        }
    }

    private mutating func rewardRow(
        _ action: Int?, _ state: Int?, _ next: Int?, _ observations: NameTable
    ) throws(ModelFileError) {
        for observation in 0..<observations.count {
            rules.append(
                .init(
                    action: action, state: state, next: next, observation: observation,
                    value: try number()))
        }
    }

    /// r(s, a, s′) of each entry of the transitions, later rules over earlier ones, averaged over the
    /// observation where a rule names one.
    func rewards(
        _ transitions: SparseRows, _ observed: ObservationTable?, _ states: Int, _ actions: Int
    ) -> [Double] {
        var plain = Array(repeating: 0.0, count: transitions.count)
        var detailed: [Int: [Double]] = [:]
        func apply(_ rule: RewardRule, _ position: Int) {
            guard let observation = rule.observation, let observed else {
                plain[position] = rule.value
                if !detailed.isEmpty { detailed[position] = nil }
                return
            }
            let all = Array(repeating: plain[position], count: observed.count)
            detailed[position, default: all][observation] = rule.value
        }
        for rule in rules {
            for state in rule.state.map({ $0..<$0 + 1 }) ?? 0..<states {
                for action in rule.action.map({ $0..<$0 + 1 }) ?? 0..<actions {
                    let row = state * actions + action
                    if let next = rule.next {
                        if let position = transitions.position(row: row, column: next) {
                            apply(rule, position)
                        }
                        continue
                    }
                    for position in transitions.starts[row]..<transitions.starts[row + 1] {
                        apply(rule, position)
                    }
                }
            }
        }
        guard let observed else { return plain }
        for row in 0..<transitions.rows where !detailed.isEmpty {
            for position in transitions.starts[row]..<transitions.starts[row + 1] {
                guard let values = detailed[position] else { continue }
                let law = observed.row(
                    next: Int(transitions.indices[position]), action: row % actions,
                    states: states)
                plain[position] = observed.probabilities.product(row: law, values)
            }
        }
        return plain
    }
}
