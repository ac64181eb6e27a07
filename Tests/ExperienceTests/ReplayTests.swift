import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch
import Testing

@Suite struct ReplayTests {
    private let layout = EpisodeLayout(
        observations: .box(-1e6, 1e6, shape: [2]), actions: .box(-1, 1, shape: [1]))

    /// Episodes of the given lengths whose numbers tell where they come from.
    private func filled(_ lengths: [Int], capacity: Int? = nil, open: Bool = false) -> Replay {
        let replay = Replay(layout: layout, capacity: capacity, generator: Generator(seed: 1))
        for (episode, length) in lengths.enumerated() {
            replay.begin(seed: UInt64(episode), first: .floats([Float(episode), 0]))
            for step in 0..<length {
                let isLast = step == length - 1 && !(open && episode == lengths.count - 1)
                replay.append(
                    to: episode, action: [Float(step) / 100],
                    step: Step(
                        observation: .floats([Float(episode), Float(step + 1)]),
                        reward: Double(100 * episode + step),
                        ending: isLast ? (episode % 2 == 0 ? .terminated : .truncated) : .none),
                    columns: [("mark", [Float(episode), Float(step)])])
            }
        }
        return replay
    }

    @Test func `a transition's parts belong together`() {
        let batch = filled([3, 5, 2]).sampleTransitions(200)
        #expect(batch.observations.shape == [2, 200, 2])
        let before = batch.observations.select(axis: 0, 0).floats()
        let after = batch.observations.select(axis: 0, 1).floats()
        let rewards = batch.rewards.floats()
        for row in 0..<200 {
            let (episode, step) = (before[2 * row], before[2 * row + 1])
            #expect(after[2 * row] == episode && after[2 * row + 1] == step + 1)
            #expect(rewards[row] == 100 * episode + step)
            #expect(abs(batch.actions.floats()[row] - step / 100) < 1e-7)
            let ended = episode == 0 && step == 2 || episode == 2 && step == 1
            #expect(batch.continuation.floats()[row] == (ended ? 0 : 1))
        }
    }

    @Test func `sampling is uniform over transitions`() {
        let rewards = filled([1, 9]).sampleTransitions(20_000).rewards.floats()
        let share = Double(rewards.count { $0 == 0 }) / 20_000
        // Standard error 0.002.
        #expect(abs(share - 0.1) < 0.009)
    }

    @Test func `windows stay within episodes and short ones are padded`() {
        let batch = filled([3, 8]).sampleWindows(300, length: 5)
        let valid = batch.valid.sum(axis: 0).floats()
        let episodes = batch.observations.select(axis: 0, 0).select(axis: 1, 0).floats()
        let starts = batch.observations.select(axis: 0, 0).select(axis: 1, 1).floats()
        for column in 0..<300 {
            #expect(valid[column] == (episodes[column] == 0 ? 3 : 5))
            #expect(starts[column] <= 3)
        }
        #expect(Set(starts) == [0, 1, 2, 3])
        let marks = batch.columns["mark"]!
        #expect(marks.shape == [5, 300, 2])
        let isFirst = batch.beginning.isFirst.floats()
        for column in 0..<300 { #expect((isFirst[column] == 1) == (starts[column] == 0)) }
    }

    @Test func `the arrival view moves actions and rewards to the observations they led to`() {
        let batch = filled([6]).sampleWindows(50, length: 3)
        let arrivals = batch.onArrival
        let times = arrivals.observations.select(axis: 2, 1).floats()
        let rewards = arrivals.rewards.floats()
        let firsts = arrivals.isFirst.floats()
        for cell in times.indices {
            #expect(rewards[cell] == max(0, times[cell] - 1))
            #expect(firsts[cell] == (times[cell] == 0 ? 1 : 0))
        }
    }

    @Test func `the oldest transitions leave, and their episodes are freed`() {
        let replay = filled([10, 10, 10], capacity: 15)
        #expect(replay.count == 15 && replay.appended == 30)
        #expect(replay.firstStep(ofEpisode: 1) == 5)
        #expect(replay.allTransitions().rewards.floats().first == 105)
        let long = filled(.init(repeating: 10, count: 600), capacity: 100)
        #expect(long.count == 100)
        #expect(long.episodes.count < 200)
    }

    @Test func `a rollout is cut into stretches of episodes`() {
        let replay = filled([4, 6], open: true)
        let batch = replay.rollout(since: 2)
        #expect(batch.width == 2 && batch.time == 6)
        #expect(batch.valid.sum(axis: 0).floats() == [2, 6])
        #expect(batch.rewards.select(axis: 0, 0).floats() == [2, 100])
        replay.discard(before: replay.appended)
        #expect(replay.count == 0)
        #expect(replay.contains(episode: 1))
    }

    @Test(arguments: [nil, 7] as [Int?])
    func `segments restore a replay exactly`(capacity: Int?) throws {
        let replay = Replay(layout: layout, capacity: capacity, generator: Generator(seed: 9))
        var segments: [ReplaySegment] = []
        var mark = Replay.Mark()
        var open: [Int] = []
        var generator = Generator(seed: 4)
        for turn in 0..<60 {
            if open.count < 2 { open.append(replay.begin(seed: 1, first: .floats([0, 0]))) }
            let chosen = generator.integer(below: open.count)
            let ends = generator.bernoulli(0.2)
            replay.append(
                to: open[chosen], action: [Float(turn)],
                step: Step(
                    observation: .floats([Float(turn), 1]), reward: Double(turn),
                    ending: ends ? .terminated : .none))
            if ends { open.remove(at: chosen) }
            if turn % 13 == 12 {
                segments.append(try stored(replay.segment(since: mark)))
                mark = replay.mark
            }
        }
        segments.append(try stored(replay.segment(since: mark)))
        let copy = Replay(layout: layout, capacity: capacity, generator: Generator(seed: 0))
        try copy.restore(replay.state, from: segments)
        #expect(copy.state == replay.state)
        #expect(copy.allTransitions().rewards.floats() == replay.allTransitions().rewards.floats())
        #expect(
            copy.sampleTransitions(50).actions.floats()
                == replay.sampleTransitions(50).actions.floats())
        for identifier in open { #expect(copy.episode(identifier) == replay.episode(identifier)) }
    }

    private func stored(_ segment: ReplaySegment) throws -> ReplaySegment {
        let archive = Archive()
        segment.save(to: archive)
        return try ReplaySegment(from: archive, layout: layout)
    }

    @Test func `segments that do not add up are refused`() throws {
        let replay = filled([4, 4])
        let state = replay.state
        let whole = try stored(replay.segment(since: Replay.Mark()))
        let copy = Replay(layout: layout, generator: Generator(seed: 0))
        #expect(throws: ReplayError.self) { try copy.restore(state, from: []) }
        let twice = Replay(layout: layout, generator: Generator(seed: 0))
        #expect(throws: ReplayError.self) { try twice.restore(state, from: [whole, whole]) }
    }

    @Test func `a million transitions at MuJoCo sizes take less than 200 MiB`() {
        let layout = EpisodeLayout(
            observations: .box(-1, 1, shape: [17]), actions: .box(-1, 1, shape: [6]))
        let replay = Replay(layout: layout, generator: Generator(seed: 0))
        let before = residentMemory()
        for _ in 0..<1_000 {
            let episode = replay.begin(seed: 0, first: .floats(.init(repeating: 0, count: 17)))
            for step in 1...1_000 {
                replay.append(
                    to: episode, action: [0, 0, 0, 0, 0, 0],
                    step: Step(
                        observation: .floats(.init(repeating: Float(step), count: 17)), reward: 0,
                        ending: step == 1_000 ? .truncated : .none))
            }
        }
        #expect(replay.count == 1_000_000)
        #expect(residentMemory() - before < 200 << 20)
    }

    /// Bytes of this process in memory.
    private func residentMemory() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0) * 4096
    }
}
