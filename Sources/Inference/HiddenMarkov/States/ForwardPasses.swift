import OptimistCore

/// The forward pass over a sequence, whole or block by block.
struct ForwardPasses {
    private let states: DiscreteStateSpace
    private let likelihoods: LikelihoodTable
    private let policy: ImpossibleObservationPolicy
    private let packed: PackedTables
    /// Where the table of each source step begins in `packed`; nil for one table.
    private let tables: [Int]?

    /// - Throws: `HiddenMarkovError.empty` or `.missingTransition`.
    init(
        _ states: DiscreteStateSpace, _ likelihoods: LikelihoodTable, _ actions: [Int]?,
        _ policy: ImpossibleObservationPolicy = .refuse
    ) throws {
        states.check(likelihoods)
        if likelihoods.stepCount == 0 { throw HiddenMarkovError.empty("steps") }
        self.states = states
        self.likelihoods = likelihoods
        self.policy = policy
        let packed = PackedTables(states.transitions, states: states.stateCount)
        self.packed = packed
        tables =
            states.variation == .stationary
            ? nil
            : try states.offsets(count: likelihoods.stepCount - 1, actions: actions)
                .map(packed.offset)
    }

    /// Runs over a block of steps, whose first prediction is given, into buffers of B·S, B·S and B;
    /// returns the resets.
    func run(
        _ block: Range<Int>, _ filtered: inout [Double], _ predicted: inout [Double],
        _ evidence: inout [Double]
    ) throws -> [Int] {
        let count = states.stateCount
        var (resets, rescued): ([Int], [(row: Int, logEvidence: Double)]) = ([], [])
        var next = 0
        while true {
            let stop = ForwardKernel.run(
                block, from: next, states: count, transitions: packed, tables: tables,
                scaled: likelihoods.scaled, filtered: &filtered, predicted: &predicted,
                evidence: &evidence)
            if stop == block.count { break }
            let (row, step) = (stop * count..<(stop + 1) * count, block.lowerBound + stop)
            var belief = Array(predicted[row])
            var known = states.update(&belief, likelihoods, step: step)
            if known == nil && policy == .reset {
                belief = states.initial
                predicted.replaceSubrange(row, with: belief)
                known = states.update(&belief, likelihoods, step: step)
                resets.append(step)
            }
            guard let known else { throw HiddenMarkovError.impossibleObservation(step: step) }
            filtered.replaceSubrange(row, with: belief)
            evidence[stop] = 1
            rescued.append((stop, known))
            next = stop + 1
        }
        ForwardKernel.logarithms(
            &evidence, count: block.count, plus: likelihoods.shifts, from: block.lowerBound)
        for (row, logEvidence) in rescued { evidence[row] = logEvidence }
        return resets
    }

    /// log p(x), from blocks that stay in the processor's cache.
    ///
    /// - Throws: `HiddenMarkovError.impossibleObservation`.
    func logEvidence() throws -> Double {
        let (count, steps) = (states.stateCount, likelihoods.stepCount)
        let size = min(steps, max(16, 8192 / count))
        var filtered = [Double](repeating: 0, count: size * count)
        var (predicted, evidence) = (filtered, [Double](repeating: 0, count: size))
        var prediction = states.initial
        var total = 0.0
        for start in stride(from: 0, to: steps, by: size) {
            let block = start..<min(start + size, steps)
            for state in 0..<count { predicted[state] = prediction[state] }
            _ = try run(block, &filtered, &predicted, &evidence)
            for row in 0..<block.count { total += evidence[row] }
            if block.upperBound == steps { break }
            let last = (block.count - 1) * count..<block.count * count
            let table = tables.map { $0[block.upperBound - 1] } ?? 0
            prediction = ForwardKernel.predict(
                Array(filtered[last]), packed.values, at: table, states: count)
        }
        return total
    }
}
