import OptimistAgents
import OptimistCore
import OptimistEnvironments
import Testing

/// What an algorithm says it is, beside the generative agent.
@Suite struct SpecialCaseAgentTests {
    private func specification<A: Agent>(of type: A.Type) throws -> BoundSpecification {
        var generator = Generator(seed: 0)
        let world = World(
            AgentUnits(try EnvironmentRegistry.standard.makeVector(name: "pendulum", count: 1)))
        return try A(A.settings(preset: "debug"), world: world, using: &generator).specification
    }

    @Test func `PETS is the generative agent without marginal, information and action prior`()
        throws
    {
        let whole = try specification(of: GenerativeAgent.self)
        let pets = try specification(of: PETS.self)
        #expect(whole.terms == [.reward, .informationGain, .stateConsistency, .actionConsistency])
        #expect(pets.terms == [.reward])
        #expect(pets.marginalWeight == 0 && pets.mutualInformationWeight == 0)
        func status(_ specification: BoundSpecification, _ variable: String) -> FactorStatus? {
            specification.joint.first { $0.variable == variable }?.status
        }
        // The habit is learned here, and where a search starts there.
        #expect(status(whole, "a") == .learned && status(pets, "a") == .assumed)
        #expect(status(whole, "O") == .assumed && status(pets, "O") == .assumed)
        // The generative agent infers its state from what arrives, PETS sees it.
        #expect(whole.posterior.contains { $0.parents.contains("x") })
        #expect(!pets.posterior.contains { $0.parents.contains("x") })
    }
}
