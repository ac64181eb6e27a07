import OptimistCore

/// Backups at fixed beliefs. What may follow each belief does not change from sweep to sweep, so it
/// is worked out once: p(s′, x | b, a), which is mostly zeros.
struct PointBackups {
    let model: PartiallyObservedModel
    let points: [[Double]]
    /// R(b, a), [point, action].
    private var rewards: [Double] = []
    /// Where the observations of a point and action begin; [point · actions + 1].
    private var starts = [0]
    private var observations: [Int32] = []
    /// Where the states of an observation begin.
    private var entryStarts = [0]
    private var entries: [Int32] = []
    private var weights: [Double] = []

    init(_ model: PartiallyObservedModel, _ points: [[Double]]) {
        self.model = model
        self.points = points
        for point in points {
            for action in 0..<model.actionCount {
                rewards.append(model.expectedReward(point, action: action))
                let prediction = model.predict(point, action: action)
                let possible = prediction.indices.filter { prediction[$0] > 0 }
                for observation in 0..<model.observationCount {
                    for state in possible {
                        let weight =
                            prediction[state]
                            * model.observationProbability(
                                observation, state: state, action: action)
                        if weight == 0 { continue }
                        entries.append(Int32(state))
                        weights.append(weight)
                    }
                    if entries.count == entryStarts[entryStarts.count - 1] { continue }
                    observations.append(Int32(observation))
                    entryStarts.append(entries.count)
                }
                starts.append(observations.count)
            }
        }
    }

    /// The best vector a step earlier at a point, and its value there.
    func backup(_ point: Int, _ vectors: FlatVectors) -> (vector: AlphaVector, value: Double) {
        var (best, bestValue, bestChoice) = (0, -Double.infinity, [Int]())
        for action in 0..<model.actionCount {
            var choice = Array(repeating: 0, count: model.observationCount)
            let value = backup(point, action, vectors, &choice)
            if value > bestValue { (best, bestValue, bestChoice) = (action, value, choice) }
        }
        return (vector(best, bestChoice, vectors), bestValue)
    }

    /// R(b, a) + γ Σ_x max_i Σ_s′ p(s′, x | b, a) α_i(s′), and the vector chosen for each x.
    private func backup(
        _ point: Int, _ action: Int, _ vectors: FlatVectors, _ choice: inout [Int]
    ) -> Double {
        let pair = point * model.actionCount + action
        var sum = 0.0
        entries.withUnsafeBufferPointer { entries in
            weights.withUnsafeBufferPointer { weights in
                vectors.values.withUnsafeBufferPointer { values in
                    for slot in starts[pair]..<starts[pair + 1] {
                        let range = entryStarts[slot]..<entryStarts[slot + 1]
                        var (best, bestValue) = (0, -Double.infinity)
                        for vector in 0..<vectors.count {
                            let base = vector * vectors.width
                            var value = 0.0
                            for index in range {
                                value += weights[index] * values[base + Int(entries[index])]
                            }
                            if value > bestValue { (best, bestValue) = (vector, value) }
                        }
                        choice[Int(observations[slot])] = best
                        sum += bestValue
                    }
                }
            }
        }
        return rewards[pair] + model.discount * sum
    }

    /// r(s, a) + γ Σ_s′ p(s′ | s, a) Σ_x p(x | s′, a) α_{choice(x)}(s′).
    private func vector(_ action: Int, _ choice: [Int], _ vectors: FlatVectors) -> AlphaVector {
        let states = model.stateCount
        var ahead = Array(repeating: 0.0, count: states)
        for (observation, vector) in choice.enumerated() {
            for state in 0..<states {
                ahead[state] +=
                    model.observationProbability(observation, state: state, action: action)
                    * vectors.values[vector * states + state]
            }
        }
        var result = ahead
        model.propagateBack(ahead, action: action, into: &result)
        for state in 0..<states {
            result[state] =
                model.reward(state: state, action: action) + model.discount * result[state]
        }
        return AlphaVector(action: action, values: result)
    }
}

/// Vectors one after another.
struct FlatVectors {
    let width: Int
    let values: [Double]
    var count: Int { values.count / width }

    init(_ vectors: [AlphaVector]) {
        width = vectors[0].values.count
        values = vectors.flatMap(\.values)
    }
}
