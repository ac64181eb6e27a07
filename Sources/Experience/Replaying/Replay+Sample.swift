import OptimistCore
import OptimistEnvironments
import OptimistTorch

extension Replay {
    /// Transitions drawn uniformly with replacement: a batch of `time` 1.
    public func sampleTransitions(_ count: Int, on device: Device = .cpu) -> Batch {
        requireTransitions("Replay.sampleTransitions")
        var builder = BatchBuilder(layout: layout, time: 1, width: count)
        for column in 0..<count {
            let place = location(generator.integer(below: self.count))
            let index = position(of: Int(place.episode))
            builder.fill(column, with: episodes[index], from: Int(place.step), count: 1)
        }
        return builder.build(on: device)
    }

    /// Windows of `length` steps: episodes drawn in proportion to their steps, the start uniform
    /// among those where the window fits. An episode shorter than the window is taken whole, its
    /// column padded with `valid` 0.
    public func sampleWindows(_ count: Int, length: Int, on device: Device = .cpu) -> Batch {
        requireTransitions("Replay.sampleWindows")
        var builder = BatchBuilder(layout: layout, time: length, width: count)
        for column in 0..<count {
            let identifier = Int(location(generator.integer(below: self.count)).episode)
            let episode = episodes[position(of: identifier)]
            let first = firstStep(ofEpisode: identifier)
            let slack = episode.count - first - length
            let start = first + (slack > 0 ? generator.integer(below: slack + 1) : 0)
            builder.fill(
                column, with: episode, from: start, count: min(length, episode.count - start))
        }
        return builder.build(on: device)
    }

    /// Finished episodes drawn uniformly with replacement, padded to the longest.
    public func sampleEpisodes(_ count: Int) -> [Episode] {
        let finished = episodes.filter { $0.ending != .none }
        if finished.isEmpty { fail("Replay.sampleEpisodes", "no episode has ended yet") }
        return (0..<count).map { _ in finished[generator.integer(below: finished.count)] }
    }

    /// Every transition in order of arrival: a batch of `time` 1.
    public func allTransitions(on device: Device = .cpu) -> Batch {
        requireTransitions("Replay.allTransitions")
        var builder = BatchBuilder(layout: layout, time: 1, width: count)
        for column in 0..<count {
            let place = location(column)
            let index = position(of: Int(place.episode))
            builder.fill(column, with: episodes[index], from: Int(place.step), count: 1)
        }
        return builder.build(on: device)
    }

    /// The transitions appended since a count, each stretch of an episode a column.
    ///
    /// - Parameters:
    ///   - appended: what `appended` was when the rollout began.
    ///   - device: where the batch is put.
    public func rollout(since appended: Int, on device: Device = .cpu) -> Batch {
        requireTransitions("Replay.rollout")
        var stretches: [Stretch] = []
        var column: [Int: Int] = [:]
        for place in max(0, appended - (self.appended - count))..<count {
            let location = location(place)
            if let index = column[Int(location.episode)] {
                stretches[index].count += 1
            } else {
                column[Int(location.episode)] = stretches.count
                stretches.append(Stretch(Int(location.episode), from: Int(location.step), count: 1))
            }
        }
        return batch(of: stretches, on: device)
    }

    /// Some consecutive steps of an episode.
    public struct Stretch: Equatable, Sendable {
        /// The episode's identifier.
        public var episode: Int
        /// The first step.
        public var start: Int
        /// Steps.
        public var count: Int

        /// A stretch with its parts.
        public init(_ episode: Int, from start: Int, count: Int) {
            self.episode = episode
            self.start = start
            self.count = count
        }
    }

    /// Stretches side by side, one a column, padded to the longest.
    public func batch(of stretches: [Stretch], on device: Device = .cpu) -> Batch {
        let time = stretches.map(\.count).max() ?? 1
        var builder = BatchBuilder(layout: layout, time: time, width: stretches.count)
        for (index, stretch) in stretches.enumerated() {
            builder.fill(
                index, with: episodes[position(of: stretch.episode)], from: stretch.start,
                count: stretch.count)
        }
        return builder.build(on: device)
    }

    private func requireTransitions(_ operation: String) {
        if count == 0 { fail(operation, "the replay holds no transition yet") }
    }
}

extension Batch {
    /// Whole episodes side by side, padded to the longest.
    public init(_ episodes: [Episode], on device: Device = .cpu) {
        guard let longest = episodes.map(\.count).max(), longest > 0 else {
            fail("Batch", "\(episodes.count) episodes without a step")
        }
        var builder = BatchBuilder(
            layout: episodes[0].layout, time: longest, width: episodes.count)
        for (column, episode) in episodes.enumerated() {
            builder.fill(column, with: episode, from: 0, count: episode.count)
        }
        self = builder.build(on: device)
    }
}
