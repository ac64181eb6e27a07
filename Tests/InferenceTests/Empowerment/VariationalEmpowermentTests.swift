import Foundation
import OptimistCore
import OptimistInference
import Testing

@Suite struct VariationalEmpowermentTests {
    private func trained(
        _ model: TabularModel, _ settings: VariationalEmpowerment.Settings, from start: Int,
        rounds: Int, seed: UInt64
    ) throws -> VariationalEmpowerment {
        var learner = try VariationalEmpowerment(
            states: model.states, actions: model.actions, settings: settings)
        var generator = Generator(seed: seed)
        for _ in 0..<rounds {
            let sequence = learner.act(from: start, using: &generator)
            var state = start
            for action in sequence {
                state = EmpowermentFixtures.step(model, state, action, &generator)
            }
            learner.learn(start: start, sequence: sequence, end: state)
        }
        return learner
    }

    @Test(arguments: [0, 0.1, 0.3])
    func `a learned decoder stays below the exact value and comes close`(slip: Double) throws {
        let model = try EmpowermentFixtures.square(4, slip: slip)
        let learner = try trained(
            model, .init(horizon: 2), from: 5, rounds: 40_000, seed: 1)
        let empowerment = try OpenLoopEmpowerment(model, horizon: 2)
        let channel = try empowerment.channel(from: 5)
        let exact = try channel.capacity(tolerance: 1e-6)
        let bound = channel.variationalInformation(
            learner.source(from: 5), decoder: learner.reverseModel.decoder(from: 5))
        #expect(bound <= exact.upper && bound > exact.lower - 0.08)
        #expect(abs(learner.empowerment(of: 5) - exact.lower) < 0.15)
        #expect(learner.empowerment(of: 0) == 0)
    }

    @Test func `a larger inverse temperature makes the source greedier`() throws {
        let model = try EmpowermentFixtures.square(4, slip: 0.3)
        func entropy(_ inverseTemperature: Double) throws -> Double {
            let learner = try trained(
                model, .init(horizon: 1, inverseTemperature: inverseTemperature), from: 0,
                rounds: 20_000, seed: 2)
            return learner.source(from: 0).reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
        }
        #expect(try entropy(4) < entropy(1) - 0.1)
    }

    @Test func `a saved learner goes on as if nothing had happened`() throws {
        let model = try EmpowermentFixtures.square(3, slip: 0.1)
        let settings = VariationalEmpowerment.Settings(
            horizon: 2, reverseModel: .gradient(rate: 0.1))
        var learner = try trained(model, settings, from: 4, rounds: 100, seed: 3)
        let data = try JSONEncoder().encode(learner)
        var read = try JSONDecoder().decode(VariationalEmpowerment.self, from: data)
        #expect(read == learner)
        learner.learn(start: 4, sequence: [0, 4], end: 1)
        read.learn(start: 4, sequence: [0, 4], end: 1)
        #expect(read == learner)
        let text = try #require(String(data: data, encoding: .utf8))
        let wrong = text.replacingOccurrences(of: "\"actions\":5", with: "\"actions\":4")
        #expect(wrong != text)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(VariationalEmpowerment.self, from: Data(wrong.utf8))
        }
    }
}
