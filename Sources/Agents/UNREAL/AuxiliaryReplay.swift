import OptimistCore
import OptimistExperience
import OptimistTorch

/// The newest rollouts, to learn from again.
package struct AuxiliaryReplay {
    /// Steps kept at most, but for the newest rollout.
    let capacity: Int
    private(set) var batches: [Batch] = []

    package init(capacity: Int) { self.capacity = capacity }

    /// Adds a rollout; the oldest go where there are more steps than may be kept.
    package mutating func append(_ batch: Batch) {
        batches.append(batch)
        var kept = batches.map { Int($0.valid.sum().item()) }
        while kept.count > 1, kept.reduce(0, +) > capacity {
            kept.removeFirst()
            batches.removeFirst()
        }
    }

    /// One of the rollouts: columns of steps that cross no end of an episode.
    func draw(using generator: inout Generator) -> Batch {
        batches[generator.integer(below: batches.count)]
    }

    /// A short sequence before a reward.
    package struct Frames {
        /// `[frames, rows, observation...]`.
        package let observations: Tensor
        /// What led to each observation, `[frames, rows, action...]`; that of the first counts as
        /// nothing.
        package let actions: Tensor
        /// The rewards that came with them, `[frames, rows]`.
        package let rewards: Tensor
        /// 0 for no reward, 1 for a positive, 2 for a negative one, of the step after, `[rows]`.
        package let classes: Tensor
    }

    /// Sequences of some observations and the class of the reward that comes next, about half of them
    /// before a reward that is not 0; all alike where there are only such, or none. Nil where no column
    /// is long enough.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - frames: observations of each.
    ///   - generator: draws.
    package func frames(
        _ count: Int, of frames: Int, using generator: inout Generator
    ) -> Frames? {
        var (rewarding, others): ([Place], [Place]) = ([], [])
        for (index, batch) in batches.enumerated() {
            let (valid, rewards) = (batch.valid.floats(), batch.rewards.floats())
            for cell in valid.indices where valid[cell] == 1 {
                let place = Place(
                    batch: index, step: cell / batch.width, column: cell % batch.width,
                    rewardClass: rewards[cell] == 0 ? 0 : rewards[cell] > 0 ? 1 : 2)
                guard place.step + 1 >= frames else { continue }
                if place.rewardClass == 0 { others.append(place) } else { rewarding.append(place) }
            }
        }
        if rewarding.isEmpty && others.isEmpty { return nil }
        let chosen = (0..<count).map { row in
            let wantsReward = row.isMultiple(of: 2)
            let pool =
                wantsReward
                ? (rewarding.isEmpty ? others : rewarding)
                : (others.isEmpty ? rewarding : others)
            return pool[generator.integer(below: pool.count)]
        }
        return gather(chosen, frames)
    }

    /// The step that a prediction is about.
    private struct Place {
        let batch: Int
        let step: Int
        let column: Int
        let rewardClass: Int
    }

    private func gather(_ places: [Place], _ frames: Int) -> Frames {
        let arrivals = batches.map(\.onArrival)
        func stacked(_ part: (Batch.Arrivals) -> Tensor) -> Tensor {
            Tensor.stacked(
                places.map { place in
                    part(arrivals[place.batch]).select(axis: 1, place.column)
                        .slice(axis: 0, place.step + 1 - frames..<place.step + 1)
                }, axis: 1)
        }
        return Frames(
            observations: stacked(\.observations), actions: stacked(\.actions),
            rewards: stacked(\.rewards), classes: Tensor(places.map(\.rewardClass)))
    }

    func save(to archive: Archive) {
        archive.store(batches.count, as: "count")
        for (index, batch) in batches.enumerated() {
            batch.save(to: archive.scope("batch\(index)"))
        }
    }

    mutating func load(from archive: Archive) throws {
        let count: Int = try archive.value("count")
        guard count >= 0 else { throw archive.invalid("count", "\(count) rollouts") }
        batches = try (0..<count).map {
            try Batch(from: archive.scope("batch\($0)"))
        }
    }
}
