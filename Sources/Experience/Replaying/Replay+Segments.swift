import OptimistCore
import OptimistEnvironments
import OptimistTorch
import OrderedCollections

extension Replay {
    /// How far a replay has been written.
    public struct Mark: Codable, Equatable, Sendable {
        /// Transitions appended when it was written.
        public var appended = 0
        /// Episodes begun when it was written.
        public var episodes = 0
        /// Steps written of the episodes that were open then, by identifier.
        var open: [Int: Int] = [:]

        /// Nothing has been written.
        public init() {}
    }

    /// What a checkpoint holds of a replay beside its segments.
    public struct State: Codable, Equatable, Sendable {
        /// Transitions ever appended.
        var appended: Int
        /// Transitions that can be sampled.
        var count: Int
        /// Episodes begun.
        var episodes: Int
        /// Draws samples.
        var generator: Generator
    }

    /// The state beside the segments.
    public var state: State {
        State(appended: appended, count: count, episodes: nextIdentifier, generator: generator)
    }

    /// How far the replay reaches now.
    public var mark: Mark {
        var mark = Mark()
        mark.appended = appended
        mark.episodes = nextIdentifier
        for episode in episodes where episode.ending == .none {
            mark.open[episode.identifier] = episode.count
        }
        return mark
    }

    /// What came after a mark.
    public func segment(since mark: Mark) -> ReplaySegment {
        let changed = episodes.filter {
            $0.identifier >= mark.episodes || mark.open[$0.identifier] != nil
        }
        let slices = changed.map { episode in
            let start = mark.open[episode.identifier] ?? 0
            return ReplaySegment.Slice(
                identifier: episode.identifier, seed: episode.seed,
                begins: mark.open[episode.identifier] == nil, start: start,
                count: episode.count - start, ending: episode.ending,
                columns: Array(episode.columns.keys))
        }
        let kept = Set(slices.map(\.identifier))
        let fresh = Swift.max(0, count - (appended - mark.appended))..<count
        // Steps that have left while their episode stays are written too; their order no longer
        // matters, so they come first.
        var order = fresh.map { Int(location($0).episode) }.filter(kept.contains)
        var missing: [Int: Int] = [:]
        for slice in slices { missing[slice.identifier] = slice.count }
        for episode in order { missing[episode, default: 0] -= 1 }
        order =
            slices.flatMap { slice in
                [Int](repeating: slice.identifier, count: missing[slice.identifier] ?? 0)
            } + order
        return ReplaySegment(slices: slices, order: order, episodes: Array(changed), layout: layout)
    }

    /// Puts an empty replay into a saved state.
    ///
    /// - Parameters:
    ///   - state: the state beside the segments.
    ///   - segments: those that the checkpoint names, in order.
    /// - Throws: `ReplayError` where they do not add up to the state.
    public func restore(_ state: State, from segments: [ReplaySegment]) throws {
        if nextIdentifier != 0 { fail("Replay.restore", "the replay is not empty") }
        for segment in segments { try append(segment) }
        if state.count == 0 { skipFreedEpisodes(until: state.episodes) }
        guard nextIdentifier == state.episodes, count >= state.count,
            state.appended >= state.count
        else {
            throw ReplayError.inconsistent(
                "\(nextIdentifier) episodes and \(count) transitions, not \(state.episodes) and "
                    + "\(state.count)")
        }
        finishRestoring(appended: state.appended, count: state.count)
        generator = state.generator
    }

    private func append(_ segment: ReplaySegment) throws {
        var readers: [Int: ReplaySegment.Reader] = [:]
        for reader in segment.readers(layout: layout) {
            let slice = reader.slice
            // The start of an episode that was freed lay in a segment that is gone.
            if !slice.begins, episodes.isEmpty { continue }
            readers[slice.identifier] = reader
            if slice.begins {
                try beginRestored(slice.identifier, seed: slice.seed, first: reader.first!)
            } else if !contains(episode: slice.identifier)
                || episode(slice.identifier).count != slice.start
            {
                throw ReplayError.inconsistent(
                    "episode \(slice.identifier) has no step \(slice.start - 1)")
            }
        }
        for identifier in segment.order {
            guard let (action, step, columns) = readers[identifier]?.next() else { continue }
            append(to: identifier, action: action, step: step, columns: columns)
        }
        for slice in segment.slices where slice.count == 0 && slice.ending != .none {
            if contains(episode: slice.identifier) { cutOff(slice.identifier) }
        }
    }
}

/// Why a replay could not be restored.
public enum ReplayError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Its parts do not fit together.
    case inconsistent(String)

    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .inconsistent(let reason): "the saved replay does not add up: \(reason)"
        }
    }
}
