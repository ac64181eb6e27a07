import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch
import Testing

@Suite struct FeatureControlTests {
    @Test func `a change of one cell is seen there alone`() {
        let space = Space.bytes(shape: [84, 84, 3])
        let change = ObservationChange(space, cell: 4, crop: 80)
        #expect(change.count == 400)
        var pixels = [UInt8](repeating: 7, count: 2 * 84 * 84 * 3)
        // Cell (3, 5): rows 14..<18, columns 22..<26 of the second frame; its pixels grow by 51.
        for row in 14..<18 {
            for column in 22..<26 {
                for channel in 0..<3 {
                    pixels[((84 + row) * 84 + column) * 3 + channel] += 51
                }
            }
        }
        // Outside of the middle nothing counts.
        pixels[84 * 84 * 3] = 255
        let encoder = ObservationEncoder(space, isStandardizing: false)
        let found = change(Tensor(pixels, shape: [2, 1, 84, 84, 3]), encoder).doubles()
        for cell in 0..<400 {
            #expect(abs(found[cell] - (cell == 3 * 20 + 5 ? 0.2 : 0)) < 1e-6)
        }
    }

    @Test func `small pictures are cut to whole cells`() {
        let change = ObservationChange(Space.bytes(shape: [18, 9, 1]), cell: 4, crop: 80)
        #expect(change.count == 4 * 2)
        let encoder = ObservationEncoder(Space.bytes(shape: [18, 9, 1]), isStandardizing: false)
        let black = Tensor.zeros([3, 2, 18, 9, 1], type: .uint8)
        #expect(change(black, encoder).shape == [2, 2, 8])
    }

    @Test func `features change by their own difference`() {
        let space = Space.box(-1, 1, shape: [2])
        let change = ObservationChange(space, cell: 4, crop: 80)
        let encoder = ObservationEncoder(space, isStandardizing: false)
        let seen = Tensor([Float(0), 0, 0.5, -0.25, 0.5, 1], shape: [3, 1, 2])
        #expect(change(seen, encoder).doubles() == [0.5, 0.25, 0, 1.25])
    }

    @Test func `values and advantages make up Q`() {
        var generator = Generator(seed: 1)
        let task = FeatureControl(
            change: ObservationChange(.box(-1, 1, shape: [2]), cell: 4, crop: 80), actions: 3,
            discount: 0.9)
        let outputs = Tensor.normal([5, 8], using: &generator)
        let values = task.values(outputs)
        #expect(values.shape == [5, 2, 3])
        let states = outputs.reshaped([5, 2, 4]).select(axis: 2, 0)
        #expect(values.mean(axis: 2).isClose(to: states, relative: 1e-5, absolute: 1e-6))
    }

    /// One part, three columns: a whole one, one that is cut short, and one that ends.
    @Test func `targets are changes to come and the best Q at the end`() {
        let space = Space.box(-9, 9, shape: [1])
        let replay = Replay(
            layout: EpisodeLayout(observations: space, actions: .discrete(2)),
            generator: Generator(seed: 1))
        var stretches: [Replay.Stretch] = []
        for (seen, ending) in [
            ([0, 1, 1, 4], Ending.truncated), ([0, 2, 7], .none), ([0, 3, 0], .terminated),
        ] as [([Float], Ending)] {
            let episode = replay.begin(seed: 1, first: .floats([seen[0]]))
            for (index, value) in seen.enumerated().dropFirst() {
                replay.append(
                    to: episode, action: [0],
                    step: Step(
                        observation: .floats([value]), reward: 0,
                        ending: index == seen.count - 1 ? ending : .none))
            }
            stretches.append(Replay.Stretch(episode, from: 0, count: seen.count - 1))
        }
        stretches[1].count = 1
        let batch = replay.batch(of: stretches)
        let task = FeatureControl(
            change: ObservationChange(space, cell: 4, crop: 80), actions: 2, discount: 0.5)
        let best = Tensor((0..<12).map(Float.init), shape: [4, 3, 1])
        let targets = task.targets(
            batch, ObservationEncoder(space, isStandardizing: false), best: best
        ).squeezed(axis: 2)
        // Column 0: changes 1, 0, 3 and Q = 9 at the end.
        let third = 3 + 0.5 * 9
        let second = 0 + 0.5 * third
        #expect(targets.select(axis: 1, 0).doubles() == [1 + 0.5 * second, second, third])
        // Column 1: one step of change 2, then Q = 4. Column 2: 3, then 3 and the end.
        #expect(targets.select(axis: 1, 1).doubles()[0] == 2 + 0.5 * 4)
        #expect(Array(targets.select(axis: 1, 2).doubles().prefix(2)) == [3 + 0.5 * 3, 3])
    }
}
