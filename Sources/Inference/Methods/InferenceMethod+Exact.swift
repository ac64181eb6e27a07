import OptimistCore

extension InferenceMethod {
    /// What is inferred exactly: by tables, and by Gaussians.
    public static let exactMethods = [
        controlEvidence, softDynamicProgramming, linearQuadraticGaussian, kalmanFilter,
        exactGenerativeAgent,
    ]

    /// The joint of control with known tables: a state in view, and optimality.
    private static let knownControl = [
        Factor("p(s'|s,a)", of: "s'", given: ["s", "a"], .known, role: "table"),
        Factor("p(a|s)", of: "a", given: ["s"], .assumed, role: "uniform, or given"),
        Factor("p(O|s,a)", of: "O", given: ["s", "a"], .known, role: "exponentiated reward"),
    ]

    /// The exact posterior over trajectories, optimistic about the dynamics.
    public static let controlEvidence = InferenceMethod(
        name: "control-as-inference", title: "Control as exact inference",
        summary: "The evidence of optimality and the exact posterior over trajectories.",
        papers: [
            "Levine: Reinforcement Learning and Control as Probabilistic Inference, 2018, "
                + "arXiv 1805.00909"
        ],
        command: "optimist solve MODEL.json --horizon STEPS",
        specification: BoundSpecification(
            joint: knownControl,
            posterior: [
                Factor(
                    "q(s'|s,a)", of: "s'", given: ["s", "a"], .known,
                    role: "tilted towards luck"),
                Factor("q(a|s)", of: "a", given: ["s"], .known, role: "backward messages"),
            ],
            terms: [.reward, .stateConsistency, .actionConsistency],
            stateInference: "exact, dynamics included", actionInference: "exact messages"))

    /// The bound's optimum with the true dynamics.
    public static let softDynamicProgramming = InferenceMethod(
        name: "soft-value-iteration", title: "Soft dynamic programming",
        summary: "The best bound and its policy on a table, by soft Bellman backups.",
        papers: [
            "Ziebart: Modeling Purposeful Adaptive Behavior with the Principle of Maximum Causal "
                + "Entropy, 2010",
            "Levine: Reinforcement Learning and Control as Probabilistic Inference, 2018, "
                + "arXiv 1805.00909",
        ],
        command: "optimist solve MODEL.json --discount 0.99",
        specification: BoundSpecification(
            joint: knownControl,
            posterior: [
                Factor("q(a|s)", of: "a", given: ["s"], .known, role: "prior times exp(Q − V)")
            ],
            terms: [.reward, .actionConsistency], stateInference: "observed",
            actionInference: "exact soft backups"))

    /// Linear dynamics, quadratic cost, seen through noise.
    public static let linearQuadraticGaussian = InferenceMethod(
        name: "lqg", title: "Linear-quadratic-Gaussian control",
        summary: "A Gaussian posterior over actions from Riccati steps, on a Kalman filter's mean.",
        papers: [
            "Todorov: General Duality between Optimal Control and Estimation, 2008",
            "Toussaint: Robot Trajectory Optimization using Approximate Inference, 2009",
        ],
        command: "LinearQuadraticGaussian in the library",
        specification: BoundSpecification(
            joint: [
                Factor("p(z'|z,a)", of: "z'", given: ["z", "a"], .known, role: "linear, Gaussian"),
                Factor("p(x|z')", of: "x", given: ["z'"], .known, role: "linear, Gaussian"),
                Factor("p(a|z)", of: "a", given: ["z"], .assumed, role: "flat, or Gaussian"),
                Factor("p(O|z,a)", of: "O", given: ["z", "a"], .known, role: "quadratic cost"),
            ],
            posterior: [
                Factor(
                    "q(z'|z,a,x)", of: "z'", given: ["z", "a", "x"], .known, role: "Kalman filter"),
                Factor("q(a|z)", of: "a", given: ["z"], .known, role: "linear, Gaussian"),
            ],
            terms: [.reward, .informationGain, .stateConsistency, .actionConsistency],
            marginalWeight: 1, stateInference: "exact Gaussian filter",
            actionInference: "exact Riccati steps"))

    /// State inference alone.
    public static let kalmanFilter = InferenceMethod(
        name: "kalman-filter", title: "Kalman filter and smoother",
        summary: "The exact belief of a linear-Gaussian state given what was seen.",
        papers: [
            "Kalman: A New Approach to Linear Filtering and Prediction Problems, 1960",
            "Rauch, Tung, Striebel: Maximum Likelihood Estimates of Linear Dynamic Systems, 1965",
        ],
        command: "optimist filter DATA.csv --model local-level",
        specification: BoundSpecification(
            joint: [
                Factor(
                    "p(z'|z)", of: "z'", given: ["z"], .known,
                    role: "linear, Gaussian; can be fitted"),
                Factor("p(x|z')", of: "x", given: ["z'"], .known, role: "linear, Gaussian"),
            ],
            posterior: [
                Factor("q(z'|z,x)", of: "z'", given: ["z", "x"], .known, role: "Gaussian belief")
            ],
            terms: [.informationGain, .stateConsistency], marginalWeight: 1,
            stateInference: "exact Gaussian filter", actionInference: "none"))

    /// The whole bound on tables.
    public static let exactGenerativeAgent = InferenceMethod(
        name: "exact-generative-agent", title: "The generative agent on tables",
        summary: "Every term of the bound, its best posterior and the evidence, exactly.",
        papers: [
            "Marino, Yue: An Inference Perspective on Model-Based Reinforcement Learning, 2019"
        ],
        command: "optimist solve MODEL.json --agent AGENT.json",
        specification: BoundSpecification(
            joint: [
                Factor("p(z'|z,a)", of: "z'", given: ["z", "a"], .known, role: "table"),
                Factor("p(x|z')", of: "x", given: ["z'"], .known, role: "table"),
                Factor("p(r|z')", of: "r", given: ["z'"], .known, role: "table"),
                Factor(
                    "p(a|z)", of: "a", given: ["z"], .learned, role: "table; --rounds learns it"),
                Factor("p(O|r)", of: "O", given: ["r"], .assumed, role: "optimality"),
            ],
            posterior: [
                Factor(
                    "q(z'|z,a,x,r)", of: "z'", given: ["z", "a", "x", "r"], .known,
                    role: "Bayes' rule tilted by what follows"),
                Factor("q(a|z)", of: "a", given: ["z"], .known, role: "habit tilted likewise"),
            ],
            terms: [.reward, .informationGain, .stateConsistency, .actionConsistency],
            marginalWeight: 1, stateInference: "exact, backward over histories",
            actionInference: "exact, backward over histories"))
}
