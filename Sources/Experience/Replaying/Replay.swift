import OptimistCore
import OptimistEnvironments

/// Everything that was experienced, appended step by step, also of episodes still open.
///
/// The oldest transitions leave when the capacity is reached; an episode's rows are freed once all
/// its transitions have left. Sampling draws from a generator of its own, saved with it. A replay
/// knows no algorithm.
public final class Replay {
    /// The shape of rows.
    public let layout: EpisodeLayout
    /// Transitions kept at most, nil for all.
    public let capacity: Int?
    /// Draws samples; part of the replay's state.
    public var generator: Generator

    /// Episodes that still hold transitions, by increasing identifier.
    public private(set) var episodes: ContiguousArray<Episode> = []
    /// Transitions ever appended.
    public private(set) var appended = 0
    private var locations: ContiguousArray<Location> = []
    private var head = 0
    /// Transitions of each episode that can still be sampled.
    private var remaining: ContiguousArray<Int> = []
    /// The identifier that the next episode will have.
    public private(set) var nextIdentifier = 0

    /// Where a transition lies.
    struct Location {
        var episode: Int32
        var step: Int32
    }

    /// An empty replay.
    ///
    /// - Parameters:
    ///   - layout: the shape of rows.
    ///   - capacity: transitions kept at most; nil keeps all.
    ///   - generator: draws samples.
    public init(layout: EpisodeLayout, capacity: Int? = nil, generator: Generator) {
        if let capacity, capacity < 1 { fail("Replay", "a capacity of \(capacity)") }
        self.layout = layout
        self.capacity = capacity
        self.generator = generator
    }

    /// Transitions that can be sampled.
    public var count: Int { locations.count - head }

    /// Starts an episode that a saved segment holds; those before it that are missing were freed.
    func beginRestored(
        _ identifier: Int, seed: UInt64, first observation: Observation
    ) throws {
        guard identifier >= nextIdentifier, episodes.isEmpty || identifier == nextIdentifier else {
            throw ReplayError.inconsistent("episode \(identifier) after \(nextIdentifier - 1)")
        }
        nextIdentifier = identifier
        begin(seed: seed, first: observation)
    }

    /// Counts episodes that were all freed before the state was saved, so that no segment has them.
    func skipFreedEpisodes(until identifier: Int) {
        if episodes.isEmpty { nextIdentifier = max(nextIdentifier, identifier) }
    }

    /// Forgets what had left when the state was saved, and counts as it did.
    func finishRestoring(appended: Int, count: Int) {
        while self.count > count { evict() }
        free()
        self.appended = appended
    }

    /// Starts an episode; the identifier names it in later calls.
    @discardableResult
    public func begin(seed: UInt64, first observation: Observation) -> Int {
        let identifier = nextIdentifier
        nextIdentifier += 1
        episodes.append(
            Episode(layout, identifier: identifier, seed: seed, first: observation))
        remaining.append(0)
        return identifier
    }

    /// Adds a step to an episode.
    public func append(
        to identifier: Int, action: some Collection<Float>, step: Step,
        columns: [(String, [Float])] = []
    ) {
        let index = position(of: identifier)
        episodes[index].append(action: action, step: step, columns: columns)
        locations.append(
            Location(episode: Int32(identifier), step: Int32(episodes[index].count - 1)))
        remaining[index] += 1
        appended += 1
        if let capacity, count > capacity { evict() }
    }

    /// Ends an open episode where it stands, as truncated.
    public func cutOff(_ identifier: Int) { episodes[position(of: identifier)].cutOff() }

    /// The episode with an identifier; stops if it has been freed.
    public func episode(_ identifier: Int) -> Episode { episodes[position(of: identifier)] }

    /// Whether an episode's rows are still here.
    public func contains(episode identifier: Int) -> Bool {
        guard let first = episodes.first?.identifier else { return false }
        return identifier >= first && identifier < nextIdentifier
    }

    /// The first step of an episode that can still be sampled.
    public func firstStep(ofEpisode identifier: Int) -> Int {
        let index = position(of: identifier)
        return episodes[index].count - remaining[index]
    }

    /// Forgets the transitions that were appended before the given one: on-policy algorithms see
    /// each once.
    public func discard(before appended: Int) {
        while count > 0, self.appended - count < appended { evict() }
        free()
    }

    /// The transition at a place, 0 the oldest.
    func location(_ place: Int) -> Location { locations[head + place] }

    func position(of identifier: Int) -> Int {
        guard contains(episode: identifier) else {
            fail("Replay", "there is no episode \(identifier)")
        }
        return identifier - episodes[0].identifier
    }

    private func evict() {
        remaining[position(of: Int(locations[head].episode))] -= 1
        head += 1
        if head.isMultiple(of: 1024) { free() }
    }

    /// Frees what has left: rare, because it moves what stays.
    private func free() {
        let unused = zip(episodes, remaining).prefix { $0.ending != .none && $1 == 0 }.count
        episodes.removeFirst(unused)
        remaining.removeFirst(unused)
        if head > locations.count / 2 {
            locations.removeFirst(head)
            head = 0
        }
    }
}
