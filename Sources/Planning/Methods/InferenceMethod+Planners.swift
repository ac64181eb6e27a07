import OptimistCore

extension InferenceMethod {
    /// Posteriors over actions by planning in a model.
    public static let planners = [
        actionEnumeration, importanceWeighting, pathIntegral, sequentialMonteCarlo,
        crossEntropyMethod, variationalGradient,
    ]

    /// A planner over imagined states, as it stands by itself: the model is given.
    private static func planner(
        _ name: String, _ title: String, _ summary: String, papers: [String], kind: String,
        prior: Factor, posterior: String, terms: [BoundTerm], inference: String
    ) -> InferenceMethod {
        InferenceMethod(
            name: name, title: title, summary: summary, papers: papers,
            command: kind,
            specification: BoundSpecification(
                joint: [
                    Factor(
                        "p(z'|z,a)", of: "z'", given: ["z", "a"], .known,
                        role: "whatever model is planned in"),
                    prior,
                    Factor("p(O|z')", of: "O", given: ["z'"], .assumed, role: "imagined reward"),
                ],
                posterior: [
                    Factor("q(a_1:H|z)", of: "a", given: ["z"], .assumed, role: posterior),
                    Factor(
                        "q(z'|z,a)", of: "z'", given: ["z", "a"], .known, role: "drawn from p"),
                ],
                terms: terms, stateInference: "imagined states are drawn from the prior",
                actionInference: inference))
    }

    private static let habit = Factor(
        "p(a|z)", of: "a", given: ["z"], .learned, role: "habit, a policy")

    private static func generative(_ kind: String) -> String {
        "optimist train generative-agent --set planner.kind=\(kind)"
    }

    /// Every action imagined.
    public static let actionEnumeration = planner(
        "action-enumeration", "Enumeration of actions",
        "Weighs each of a few actions by habit and imagined return.",
        papers: [
            "Marino, Yue: An Inference Perspective on Model-Based Reinforcement Learning, 2019"
        ],
        kind: generative("enumeration") + " --env cartpole-masked", prior: habit,
        posterior: "habit times exp(mean return)", terms: [.reward, .actionConsistency],
        inference: "softmax over actions")

    /// Draws of the habit, weighted.
    public static let importanceWeighting = planner(
        "importance-weighting", "Planning by importance weighting",
        "Weighs draws of the habit by their exponentiated return, and draws anew where they are.",
        papers: [
            "Peters, Mülling, Altün: Relative Entropy Policy Search, 2010",
            "Kappen, Gómez, Opper: Optimal control as a graphical model inference problem, 2012",
        ],
        kind: generative("importance-weighting"), prior: habit,
        posterior: "weighted sequences, fitted", terms: [.reward, .actionConsistency],
        inference: "importance weights on prior and fitted proposal")

    /// One pass over a fixed Gaussian.
    public static let pathIntegral = planner(
        "mppi", "Model-predictive path integral control",
        "Moves a Gaussian over action sequences to their mean weighted by exponentiated return.",
        papers: [
            "Williams, Aldrich, Theodorou: Model Predictive Path Integral Control, 2017, "
                + "arXiv 1509.01149"
        ],
        kind: "optimist train pets --set planner.kind=mppi",
        prior: Factor(
            "p(a)", of: "a", given: [], .assumed, role: "a Gaussian around the last plan"),
        posterior: "Gaussian of fixed spread", terms: [.reward],
        inference: "importance weights, one pass a step")

    /// Weighted particles, resampled on the way.
    public static let sequentialMonteCarlo = planner(
        "smc-planning", "Planning by sequential Monte Carlo",
        "Carries imagined futures on, weighted by optimality and resampled; unbiased evidence.",
        papers: [
            "Piché, Thomas, Ibrahim, Bengio, Pal: Probabilistic Planning with Sequential Monte "
                + "Carlo methods, ICLR 2019"
        ],
        kind: generative("smc"), prior: habit, posterior: "weighted particles",
        terms: [.reward, .actionConsistency], inference: "particles of the evidence's posterior")

    /// The best of many, fitted again.
    public static let crossEntropyMethod = planner(
        "cem", "The cross-entropy method",
        "Fits a Gaussian to the best sequences, over and over; a point, not a posterior.",
        papers: ["Rubinstein, Kroese: The Cross-Entropy Method, 2004"],
        kind: "optimist train pets --set planner.kind=cem",
        prior: Factor("p(a)", of: "a", given: [], .assumed, role: "where the search starts"),
        posterior: "Gaussian that shrinks to a point", terms: [.reward],
        inference: "best of many")

    /// Ascent of the planning bound.
    public static let variationalGradient = planner(
        "gradient-planning", "Planning by gradients of the bound",
        "Ascends the planning bound in means and deviations of a sequence of actions.",
        papers: [
            "Marino, Piché, Ialongo, Yue: Iterative Amortized Policy Optimization, 2020, "
                + "arXiv 2010.10670"
        ],
        kind: generative("gradient"), prior: habit, posterior: "Gaussians of each step",
        terms: [.reward, .actionConsistency], inference: "reparameterized gradients")
}
