import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistInference
import OptimistPlanning
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

    @Test(arguments: InferenceMethod.planners)
    func `a planner is the generative agent's action inference in a given model`(
        planner: InferenceMethod
    ) throws {
        let whole = try specification(of: GenerativeAgent.self)
        let differences = planner.specification.differences(from: whole)
        #expect(differences.contains("p(z'|z,a) is known, not learned"))
        #expect(differences.contains("no p(x|z')"))
        // States that are drawn from the prior carry no information and cost nothing.
        #expect(!planner.specification.terms.contains(.informationGain))
        #expect(!planner.specification.terms.contains(.stateConsistency))
        // What starts anywhere pays for no prior; what starts from habit does.
        let startsFromHabit = planner.specification.joint.contains { $0.density == "p(a|z)" }
        #expect(planner.specification.terms.contains(.actionConsistency) == startsFromHabit)
    }

    @Test func `the exact agent has the deep agent's factors and terms`() throws {
        let whole = try specification(of: GenerativeAgent.self)
        let exact = InferenceMethod.exactGenerativeAgent.specification
        #expect(exact.terms == whole.terms)
        #expect(Set(exact.joint.map(\.density)).isSubset(of: whole.joint.map(\.density)))
        #expect(exact.posterior.map(\.density) == whole.posterior.map(\.density))
    }

    @Test func `names are unique and factors are named where they are conditioned on`() {
        let methods = InferenceMethod.exactMethods + InferenceMethod.planners
        #expect(Set(methods.map(\.name)).count == methods.count)
        for method in methods {
            let factors = method.specification.joint + method.specification.posterior
            for factor in factors {
                #expect(factor.density.contains(factor.variable.first!), "\(method.name)")
            }
        }
    }
}
