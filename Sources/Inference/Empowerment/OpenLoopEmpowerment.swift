import OptimistCore
import OptimistLinearAlgebra

/// The empowerment of states: E(s) = max I(a_1 … a_K; s_K | s) over laws of action sequences that are
/// fixed beforehand (Klyubin, Polani and Nehaniv 2005; Mohamed and Rezende 2015, arXiv 1509.08731).
///
/// The number of sequences is |A|^K, and so is the work; a limit refuses what would never end.
/// Terminal states stay as they are.
public struct OpenLoopEmpowerment: Sendable {
    /// Where the sequences are carried out.
    public let model: any TransitionModel
    /// K, the number of steps.
    public let horizon: Int
    /// |A|^K.
    public let sequences: Int

    /// The empowerment over a number of steps.
    ///
    /// - Parameters:
    ///   - model: a `TabularModel`, `DenseTransitions` or `ImplicitTransitions`; its rewards play
    ///     no part.
    ///   - horizon: K, at least 1.
    ///   - sequenceLimit: the most sequences allowed.
    /// - Throws: `EmpowermentError.tooManySequences`.
    public init(
        _ model: any TransitionModel, horizon: Int, sequenceLimit: Int = 100_000
    ) throws(EmpowermentError) {
        if horizon < 1 { fail("OpenLoopEmpowerment", "horizon \(horizon)") }
        self.model = model
        self.horizon = horizon
        sequences = try ActionSequences.count(
            actions: model.pairs.actions, horizon: horizon, limit: sequenceLimit)
    }

    /// a_1, …, a_K of an input of the channel.
    public func actions(ofSequence index: Int) -> [Int] {
        ActionSequences.actions(of: index, actions: model.pairs.actions, horizon: horizon)
    }

    /// p(s_K | s, a_1 … a_K), `[sequences, states]`, in the order of `actions(ofSequence:)`.
    ///
    /// - Throws: `EmpowermentError.unavailableAction`.
    public func channel(from state: Int) throws(EmpowermentError) -> DiscreteChannel {
        if state < 0 || state >= model.pairs.states {
            fail("OpenLoopEmpowerment.channel", "state \(state) of \(model.pairs.states)")
        }
        var rows = ChannelRows(states: model.pairs.states)
        try extend([(Int32(state), 1)], by: horizon, &rows)
        return try rows.channel
    }

    /// Appends the laws of all sequences that begin with those already followed.
    private func extend(
        _ law: [(state: Int32, probability: Double)], by steps: Int, _ rows: inout ChannelRows
    ) throws(EmpowermentError) {
        if steps == 0 {
            rows.append(law)
            return
        }
        for action in 0..<model.pairs.actions {
            for (state, probability) in law {
                let state = Int(state)
                if model.pairs.isTerminal(state) {
                    rows.add(state, probability)
                    continue
                }
                guard let pair = model.pairs.pair(state: state, action: action) else {
                    let named = model as? TabularModel
                    throw .unavailableAction(
                        state: named?.label(state: state) ?? "\(state)",
                        action: named?.label(action: action) ?? "\(action)")
                }
                model.forEachSuccessor(of: pair) { rows.add($0, probability * $1) }
            }
            try extend(rows.take(), by: steps - 1, &rows)
        }
    }

    /// E(s) of a state, from below and above.
    ///
    /// - Parameters:
    ///   - state: where the sequences begin.
    ///   - tolerance: how far the two bounds may lie apart, in nats.
    ///   - maximumIterations: how many improvements of the law of sequences are allowed.
    /// - Throws: `EmpowermentError`.
    public func capacity(
        from state: Int, tolerance: Double = 1e-9, maximumIterations: Int = 100_000
    ) throws(EmpowermentError) -> ChannelCapacity {
        try channel(from: state).capacity(
            tolerance: tolerance, maximumIterations: maximumIterations)
    }

    /// E(s) of every state in nats, from below, `[states]`.
    ///
    /// - Parameters:
    ///   - tolerance: how far each may lie below the truth, in nats.
    ///   - maximumIterations: how many improvements are allowed for each.
    /// - Throws: `EmpowermentError`.
    public func values(
        tolerance: Double = 1e-9, maximumIterations: Int = 100_000
    ) throws(EmpowermentError) -> [Double] {
        var result: [Double] = []
        for state in 0..<model.pairs.states {
            result.append(
                try capacity(
                    from: state, tolerance: tolerance, maximumIterations: maximumIterations
                ).lower)
        }
        return result
    }
}

/// Action sequences as numbers: the first action counts most.
enum ActionSequences {
    static func count(
        actions: Int, horizon: Int, limit: Int
    ) throws(EmpowermentError) -> Int {
        var count = 1
        for _ in 0..<horizon {
            let (product, overflow) = count.multipliedReportingOverflow(by: actions)
            if overflow || product > limit {
                throw .tooManySequences(actions: actions, horizon: horizon, limit: limit)
            }
            count = product
        }
        return count
    }

    static func actions(of index: Int, actions: Int, horizon: Int) -> [Int] {
        var (rest, result) = (index, Array(repeating: 0, count: horizon))
        for step in (0..<horizon).reversed() {
            result[step] = rest % actions
            rest /= actions
        }
        return result
    }

    static func index(of sequence: [Int], actions: Int) -> Int {
        sequence.reduce(0) { $0 * actions + $1 }
    }
}

/// The rows of a channel to states while they are worked out, with room to add up a law.
struct ChannelRows {
    private var starts = [0]
    private var indices: [Int32] = []
    private var values: [Double] = []
    private var sums: [Double]
    private var isTouched: [Bool]
    private var touched: [Int32] = []

    init(states: Int) {
        sums = Array(repeating: 0, count: states)
        isTouched = Array(repeating: false, count: states)
    }

    /// Adds probability to a state of the law that is being added up.
    mutating func add(_ state: Int, _ probability: Double) {
        if probability == 0 { return }
        if !isTouched[state] {
            isTouched[state] = true
            touched.append(Int32(state))
        }
        sums[state] += probability
    }

    /// The law added up so far, by ascending states, which begins anew.
    mutating func take() -> [(state: Int32, probability: Double)] {
        touched.sort()
        let law = touched.map { (state: $0, probability: sums[Int($0)]) }
        for state in touched {
            sums[Int(state)] = 0
            isTouched[Int(state)] = false
        }
        touched.removeAll(keepingCapacity: true)
        return law
    }

    /// Appends a finished law as a row.
    mutating func append(_ law: [(state: Int32, probability: Double)]) {
        for (state, probability) in law {
            indices.append(state)
            values.append(probability)
        }
        starts.append(indices.count)
    }

    /// The channel with these rows.
    var channel: DiscreteChannel {
        get throws(EmpowermentError) {
            do {
                return try DiscreteChannel(
                    SparseRows(
                        rows: starts.count - 1, columns: sums.count, starts: starts,
                        indices: indices, values: values))
            } catch let error as EmpowermentError {
                throw error
            } catch {
                fail("ChannelRows.channel", "\(error)")
            }
        }
    }
}
