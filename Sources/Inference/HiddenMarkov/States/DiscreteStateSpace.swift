import OptimistCore
import OptimistLinearAlgebra

/// A Markov chain on the states 0..<S: the hidden half of a hidden Markov model or of a POMDP.
///
/// p(s_0) = `initial`; p(s_{t+1} = j | s_t = i, a_t) = P(i, j), where the table P is the same
/// everywhere, chosen by the action at the source step t, or chosen by t itself. What is observed
/// enters every algorithm as a `LikelihoodTable`, so any emission model fits
/// (Rabiner, "A Tutorial on Hidden Markov Models", 1989).
public struct DiscreteStateSpace: Sendable, Equatable {
    /// What chooses the transition table of a step.
    public enum Variation: Sendable, Equatable {
        /// One table for all steps.
        case stationary
        /// A table for each action.
        case byAction
        /// A table for each source step; T steps need T − 1.
        case byStep
    }

    /// S, the number of states.
    public let stateCount: Int
    /// What chooses the transition table of a step.
    public let variation: Variation
    /// The law of the first state before its observation, [S].
    public package(set) var initial: [Double]
    /// The transition tables one after the other, [tables, S, S], row = source state.
    public package(set) var transitions: [Double]

    /// A chain whose transition law never changes.
    ///
    /// - Throws: `HiddenMarkovError` unless every law is one within 1e-8.
    public init(initial: [Double], transitions: Matrix, skipValidation: Bool = false) throws {
        try self.init(initial, [transitions], .stationary, skipValidation)
    }

    /// A chain whose transition law depends on the action, one matrix each.
    public init(
        initial: [Double], transitionsByAction: [Matrix], skipValidation: Bool = false
    ) throws {
        try self.init(initial, transitionsByAction, .byAction, skipValidation)
    }

    /// A chain whose transition law depends on the source step, one matrix each.
    public init(
        initial: [Double], transitionsByStep: [Matrix], skipValidation: Bool = false
    ) throws {
        try self.init(initial, transitionsByStep, .byStep, skipValidation)
    }

    private init(
        _ initial: [Double], _ tables: [Matrix], _ variation: Variation, _ skipValidation: Bool
    ) throws {
        let states = initial.count
        if states == 0 { throw HiddenMarkovError.empty("states") }
        if tables.isEmpty && variation != .byStep { throw HiddenMarkovError.empty("transitions") }
        for table in tables where table.rows != states || table.columns != states {
            throw HiddenMarkovError.wrongSize(
                table: "transitions", count: table.rows * table.columns, expected: states * states)
        }
        stateCount = states
        self.variation = variation
        self.initial = initial
        transitions = tables.flatMap(\.elements)
        if !skipValidation {
            try Self.validate(initial, columns: states, named: "initial")
            try Self.validate(transitions, columns: states, named: "transitions")
        }
    }

    /// Checks that each row of a table is a law within 1e-8.
    package static func validate(_ table: [Double], columns: Int, named name: String) throws {
        for row in 0..<(columns == 0 ? 0 : table.count / columns) {
            var sum = 0.0
            for column in 0..<columns {
                let value = table[row * columns + column]
                if !(value >= 0 && value.isFinite) {
                    throw HiddenMarkovError.notProbability(
                        table: name, row: row, column: column, value: value)
                }
                sum += value
            }
            if abs(sum - 1) > 1e-8 {
                throw HiddenMarkovError.notNormalized(table: name, row: row, sum: sum)
            }
        }
    }

    /// The number of transition tables.
    public var tableCount: Int { transitions.count / (stateCount * stateCount) }

    /// The transition law p(s_{t+1} | s_t, a_t) as a matrix, [S, S].
    public func transition(step: Int, action: Int? = nil) throws -> Matrix {
        let start = try offset(step: step, action: action)
        let end = start + stateCount * stateCount
        return Matrix(rows: stateCount, columns: stateCount, Array(transitions[start..<end]))
    }

    /// Where in `transitions` the table of a source step begins.
    package func offset(step: Int, action: Int?) throws -> Int {
        let table: Int? =
            switch variation {
            case .stationary: 0
            case .byAction: action
            case .byStep: step
            }
        guard let table, table >= 0, table < tableCount else {
            throw HiddenMarkovError.missingTransition(
                step: step, action: action, tables: tableCount)
        }
        return table * stateCount * stateCount
    }

    /// The offsets of the tables of the first `count` source steps.
    ///
    /// - Parameter actions: the action at each step; nil for a chain without actions.
    package func offsets(count: Int, actions: [Int]?) throws -> [Int] {
        try (0..<max(count, 0)).map { step in
            try offset(step: step, action: actions.flatMap { step < $0.count ? $0[step] : nil })
        }
    }

    /// The law of the next state, bᵀ P, of a belief at a source step, [S].
    public func predict(_ belief: [Double], step: Int, action: Int? = nil) throws -> [Double] {
        if belief.count != stateCount {
            fail("DiscreteStateSpace.predict", "a belief of \(belief.count) for \(stateCount)")
        }
        let table = try offset(step: step, action: action)
        var result = [Double](repeating: 0, count: stateCount)
        transitions.withUnsafeBufferPointer { transitions in
            belief.withUnsafeBufferPointer { belief in
                result.withUnsafeMutableBufferPointer {
                    ForwardKernel.predict(
                        belief.baseAddress!, transitions.baseAddress! + table,
                        $0.baseAddress!, stateCount)
                }
            }
        }
        return result
    }

    /// The laws of the states k = 1…K steps after a belief, with nothing observed, [K][S].
    ///
    /// - Parameters:
    ///   - belief: the filtered law at `step`.
    ///   - steps: K.
    ///   - step: the step of the belief.
    ///   - actions: the action at `step`, `step` + 1, …; nil for a chain without actions.
    public func predict(
        _ belief: [Double], steps: Int, after step: Int, actions: [Int]? = nil
    ) throws -> [[Double]] {
        var laws: [[Double]] = []
        for k in 0..<steps {
            let action = actions.flatMap { k < $0.count ? $0[k] : nil }
            laws.append(try predict(laws.last ?? belief, step: step + k, action: action))
        }
        return laws
    }
}
