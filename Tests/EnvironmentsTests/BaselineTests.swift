import Foundation
import OptimistCore
import OptimistEnvironments
import Testing

/// Numbers measured independently (spec/latent-models.md, 6.1 and 6.2), met within four standard
/// errors of this test's own sample.
@Suite struct BaselineTests {
    /// Returns of a pendulum policy whose torque is held for some frames.
    private func returns(
        episodes: Int, held: Int, _ torque: (Pendulum.State, inout Generator) -> Double
    ) throws -> [Double] {
        try (0..<episodes).map { seed in
            var environment = TaskEnvironment(Pendulum())
            _ = environment.reset(seed: UInt64(seed))
            var generator = Generator(seed: UInt64(seed)).split("policy")
            var (sum, action, frame) = (0.0, Float(0), 0)
            while true {
                if frame % held == 0 { action = Float(torque(environment.state.task, &generator)) }
                let step = try environment.step([action])
                sum += step.reward
                frame += 1
                if step.ending != .none { return sum }
            }
        }
    }

    private func energyControl(_ state: Pendulum.State) -> Double {
        let angle = Angle.wrap(state.angle)
        let velocity = state.velocity
        let energy = velocity * velocity / 6 + 5 * (cos(angle) - 1)
        let push = abs(angle) < 0.8 ? -8 * angle - 2 * velocity : -energy * (velocity < 0 ? -1 : 1)
        return min(max(push, -2), 2)
    }

    @Test func `random torque held for four frames returns -1218 with spread 225`() throws {
        let result = summary(try returns(episodes: 2000, held: 4) { $1.uniform(-2, 2) })
        #expect(abs(result.mean + 1218) < 4 * result.standardError)  // standard error 5.0
        #expect(abs(result.deviation - 225) < 15)
    }

    @Test func `random torque redrawn every frame returns -1227 with spread 287`() throws {
        let result = summary(try returns(episodes: 2000, held: 1) { $1.uniform(-2, 2) })
        #expect(abs(result.mean + 1227) < 4 * result.standardError)  // standard error 6.4
        #expect(abs(result.deviation - 287) < 20)
    }

    @Test func `no torque returns -1218 with spread 357`() throws {
        let result = summary(try returns(episodes: 2000, held: 1) { _, _ in 0 })
        #expect(abs(result.mean + 1218) < 4 * result.standardError)  // standard error 8.0
        #expect(abs(result.deviation - 357) < 25)
    }

    @Test func `the energy controller returns -158 held and -154 redrawn`() throws {
        let held = summary(
            try returns(episodes: 2000, held: 4) { state, _ in energyControl(state) })
        #expect(abs(held.mean + 158) < 4 * held.standardError)  // standard error 2.2
        let free = summary(
            try returns(episodes: 2000, held: 1) { state, _ in energyControl(state) })
        #expect(abs(free.mean + 154) < 4 * free.standardError)  // standard error 2.1
    }

    @Test func `the bouncing ball has the measured errors of simple predictions`() throws {
        let (episodes, frames) = (1200, 31)
        let task = BouncingBall()
        var mean = [Double](repeating: 0, count: 256)
        var films: [[[Float]]] = []
        for seed in 0..<episodes {
            var generator = Generator(seed: UInt64(seed))
            var state = task.start(using: &generator)
            films.append(
                (0..<frames).map { frame in
                    if frame > 0 { _ = task.advance(&state, action: [0], using: &generator) }
                    var row = [Float](repeating: 0, count: 256)
                    task.observe(state, into: &row)
                    return row.map { $0 / 255 }
                })
            for row in films[seed] {
                for pixel in 0..<256 { mean[pixel] += Double(row[pixel]) }
            }
        }
        let average = mean.map { Float($0 / Double(episodes * frames)) }
        func distance(_ left: [Float], _ right: [Float]) -> Double {
            Double(zip(left, right).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
        }
        let still = summary(
            films.map { film in film.reduce(0) { $0 + distance($1, average) } / Double(frames) })
        #expect(abs(still.mean - 9.81) < 4 * still.standardError + 0.01)
        #expect(still.standardError < 0.03)
        for (horizon, error) in [(1, 4.27), (2, 10.62), (5, 19.42), (10, 20.18), (20, 20.51)] {
            let copied = summary(
                films.map { film in
                    let starts = 0..<(frames - horizon)
                    return starts.reduce(0) { $0 + distance(film[$1], film[$1 + horizon]) }
                        / Double(starts.count)
                })
            // The reference's standard error is at most 0.006, its rounding 0.005.
            #expect(abs(copied.mean - error) < 4 * copied.standardError + 0.03, "at \(horizon)")
            #expect(copied.standardError < 0.1)
        }
    }

    @Test func `random pushes do not swing the cart-pole up`() throws {
        let totals = try (0..<200).map { try playRandomly("cartpole-swingup", seed: $0).total }
        let result = summary(totals)
        #expect(result.mean < 10 && totals.max()! < 120)  // 2.2 on average, standard error 0.3
    }
}
