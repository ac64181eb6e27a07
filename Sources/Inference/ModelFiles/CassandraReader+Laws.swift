extension CassandraReader {
    mutating func readStart() throws(ModelFileError) {
        let states = try table(states, "states")
        if start != nil { throw .duplicate(line: lexer.line, what: "start") }
        let kind = try lexer.next()
        if kind == "include" || kind == "exclude" {
            try colon()
            let listed = kind == "include"
            var chosen = Array(repeating: !listed, count: states.count)
            while try !sectionFollows() {
                if let state = try index(states) {
                    chosen[state] = listed
                } else {
                    chosen = Array(repeating: listed, count: states.count)
                }
            }
            let count = chosen.reduce(0) { $0 + ($1 ? 1 : 0) }
            if count == 0 { throw unexpected("at least one state to start from", "none") }
            start = chosen.map { $0 ? 1 / Double(count) : 0 }
            return
        }
        if kind != ":" { throw unexpected("\":\", include or exclude", kind) }
        let next = try lexer.peek()
        if next == "uniform" {
            _ = try lexer.next()
            start = Array(repeating: 1 / Double(states.count), count: states.count)
            return
        }
        // One word is a state, unless there is one state only.
        var before = self
        _ = try before.lexer.next()
        let isLast = try before.sectionFollows()
        if states.count > 1 && isLast {
            guard let state = try index(states) else { throw unexpected("a state", "*") }
            start = (0..<states.count).map { $0 == state ? 1 : 0 }
            return
        }
        start = try law(states.count)
    }

    /// Probabilities one after another, or `uniform`.
    mutating func law(_ count: Int) throws(ModelFileError) -> [Double] {
        if try lexer.peek() == "uniform" {
            _ = try lexer.next()
            return Array(repeating: 1 / Double(count), count: count)
        }
        var result: [Double] = []
        result.reserveCapacity(count)
        for _ in 0..<count { result.append(try probability()) }
        return result
    }

    /// `T: a : s : s′ p`, `T: a : s row` or `T: a matrix`.
    mutating func readTransition() throws(ModelFileError) {
        let states = try table(states, "states")
        let actions = try table(actions, "actions")
        if transitions == nil {
            transitions = try LawTable(
                what: "pairs of state and action",
                rows: product(states.count, actions.count), columns: states.count)
        }
        try colon()
        let action = Self.choices(try index(actions), actions)
        guard lexer.colonFollows() else { return try transitionMatrix(action, states, actions) }
        try colon()
        let from = Self.choices(try index(states), states)
        guard lexer.colonFollows() else {
            let isReset = try lexer.peek() == "reset"
            if isReset { _ = try lexer.next() }
            let row = try isReset ? start ?? [] : law(states.count)
            for state in from {
                for action in action {
                    try transitions!.set(state * actions.count + action, row)
                    if row.isEmpty { resets.append(state * actions.count + action) }
                }
            }
            return
        }
        try colon()
        let to = Self.choices(try index(states), states)
        let value = try probability()
        for state in from {
            for action in action {
                for next in to {
                    try transitions!.set(state * actions.count + action, next, value)
                }
            }
        }
    }

    private mutating func transitionMatrix(
        _ chosen: Range<Int>, _ states: NameTable, _ actions: NameTable
    ) throws(ModelFileError) {
        let kind = try lexer.peek()
        if kind == "identity" || kind == "uniform" { _ = try lexer.next() }
        let uniform = Array(repeating: 1 / Double(states.count), count: states.count)
        for state in 0..<states.count {
            var row = uniform
            if kind == "identity" {
                for action in chosen {
                    try transitions!.set(state * actions.count + action, [])
                    try transitions!.set(state * actions.count + action, state, 1)
                }
                continue
            } else if kind != "uniform" {
                row = try law(states.count)
            }
            for action in chosen { try transitions!.set(state * actions.count + action, row) }
        }
    }

    /// `O: a : s′ : o p`, `O: a : s′ row` or `O: a matrix`.
    mutating func readObservation() throws(ModelFileError) {
        let states = try table(states, "states")
        let actions = try table(actions, "actions")
        let observations = try table(observations, "observations")
        if laws == nil {
            laws = try LawTable(
                what: "pairs of state and action",
                rows: product(states.count, actions.count), columns: observations.count)
        }
        try colon()
        let chosen = Self.choices(try index(actions), actions)
        guard lexer.colonFollows() else {
            let isUniform = try lexer.peek() == "uniform"
            if isUniform { _ = try lexer.next() }
            let uniform = Array(
                repeating: 1 / Double(observations.count), count: observations.count)
            for state in 0..<states.count {
                let row = try isUniform ? uniform : law(observations.count)
                for action in chosen { try laws!.set(action * states.count + state, row) }
            }
            return
        }
        try colon()
        let to = Self.choices(try index(states), states)
        guard lexer.colonFollows() else {
            let row = try law(observations.count)
            for action in chosen {
                for state in to { try laws!.set(action * states.count + state, row) }
            }
            return
        }
        try colon()
        let seen = Self.choices(try index(observations), observations)
        let value = try probability()
        for action in chosen {
            for state in to {
                for observation in seen {
                    try laws!.set(action * states.count + state, observation, value)
                }
            }
        }
    }

    /// One choice, or all of them for an asterisk.
    ///
    /// Static, so that `self` is not copied while the index is read.
    private static func choices(_ index: Int?, _ table: NameTable) -> Range<Int> {
        index.map { $0..<$0 + 1 } ?? 0..<table.count
    }

    private func product(_ left: Int, _ right: Int) -> Int {
        let (result, overflow) = left.multipliedReportingOverflow(by: right)
        return overflow ? .max : result
    }
}
