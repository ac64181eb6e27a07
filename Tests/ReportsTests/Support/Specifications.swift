import OptimistCore

/// Specifications of well-known algorithms, for tests of factor graphs.
enum Specifications {
    static let softActorCritic = BoundSpecification(
        joint: [
            Factor("p(s'|s,a)", of: "s'", given: ["s", "a"], .environment, role: "the simulator"),
            Factor("p(r|s,a)", of: "r", given: ["s", "a"], .environment, role: "the simulator"),
            Factor("p(a)", of: "a", given: [], .assumed, role: "uniform over the action box"),
            Factor(
                "p(O=1|r)", of: "O", given: ["r"], .known, role: "exp(reward scale · reward)"),
        ],
        posterior: [
            Factor("q(a|s)", of: "a", given: ["s"], .learned, role: "squashed Gaussian network")
        ], terms: [.reward, .actionConsistency], stateInference: "states are observed",
        actionInference: "amortized by the policy network")

    static let generativeAgent = BoundSpecification(
        joint: [
            Factor(
                "p(z'|z,a)", of: "z'", given: ["z", "a"], .learned,
                role: "recurrent state-space model"),
            Factor("p(x'|z')", of: "x'", given: ["z'"], .learned, role: "decoder network"),
            Factor("p(r|z')", of: "r", given: ["z'"], .learned, role: "reward network"),
            Factor("p(a|z)", of: "a", given: ["z"], .learned, role: "habit network"),
            Factor(
                "p(O=1|r)", of: "O", given: ["r"], .known, role: "exp(reward scale · reward)"),
        ],
        posterior: [
            Factor(
                "q(z'|z,a,x')", of: "z'", given: ["z", "a", "x'"], .learned,
                role: "encoder network"),
            Factor(
                "q(a|z)", of: "a", given: ["z"], .learned, role: "planner, then habit network"),
        ], terms: BoundTerm.allCases, marginalWeight: 0.5, mutualInformationWeight: 1,
        stateInference: "amortized filtering", actionInference: "cross-entropy planning")

    static let kalman = BoundSpecification(
        joint: [
            Factor("p(s)", of: "s", given: [], .known, role: "Gaussian"),
            Factor("p(x|s)", of: "x", given: ["s"], .known, role: "linear-Gaussian"),
            Factor(
                "p(s'|s,a)", of: "s'", given: ["s", "a"], .known, role: "linear-Gaussian"),
            Factor("p(a)", of: "a", given: [], .assumed, role: "flat"),
            Factor("p(x'|s')", of: "x'", given: ["s'"], .known, role: "linear-Gaussian"),
            Factor(
                "p(O=1|s,a)", of: "O", given: ["s", "a"], .known, role: "exp of quadratic cost"),
        ],
        posterior: [
            Factor("q(s|x)", of: "s", given: ["x"], .known, role: "Kalman filter"),
            Factor("q(s'|x')", of: "s'", given: ["x'"], .known, role: "Kalman filter"),
            Factor("q(a|s)", of: "a", given: ["s"], .known, role: "Riccati gain"),
        ], terms: [.reward, .actionConsistency], stateInference: "exact",
        actionInference: "exact")
}
