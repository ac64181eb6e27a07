/// A way of inference that is no agent: a solver, a filter or a planner, as a choice within the one
/// bound.
///
/// Agents carry a specification of their own. What others are made of, a filter or a planner, has
/// one too, so that all can be put side by side: `optimist algorithms` lists both.
public struct InferenceMethod: Sendable {
    /// The name on the command line, such as `kalman-filter`.
    public let name: String
    /// The name in full.
    public let title: String
    /// What it is, in one sentence.
    public let summary: String
    /// Papers, with authors and year.
    public let papers: [String]
    /// A command that runs it.
    public let command: String
    /// Which factors are known, assumed or learned, and which terms are on.
    public let specification: BoundSpecification

    /// A method with all its parts.
    public init(
        name: String, title: String, summary: String, papers: [String], command: String,
        specification: BoundSpecification
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.papers = papers
        self.command = command
        self.specification = specification
    }
}

extension BoundSpecification {
    /// Where this choice is not the other's, in words, one difference a line: terms, weights,
    /// variables of the joint whose factors come about otherwise, and how states and actions are
    /// inferred.
    public func differences(from other: BoundSpecification) -> [String] {
        termDifferences(from: other) + factorDifferences(from: other)
            + inferenceDifferences(from: other)
    }

    private func termDifferences(from other: BoundSpecification) -> [String] {
        func words(_ terms: [BoundTerm]) -> String {
            terms.map(\.inWords).joined(separator: ", ")
        }
        let without = other.terms.filter { !terms.contains($0) }
        let besides = terms.filter { !other.terms.contains($0) }
        var lines: [String] = []
        if !without.isEmpty { lines.append("without \(words(without))") }
        if !besides.isEmpty { lines.append("with \(words(besides))") }
        return lines
    }

    private func factorDifferences(from other: BoundSpecification) -> [String] {
        let variables = joint.map(\.variable)
        var lines: [String] = []
        for (index, factor) in joint.enumerated()
        where variables.firstIndex(of: factor.variable) == index {
            let theirs = other.joint.first { $0.variable == factor.variable }
            guard let theirs else {
                lines.append("\(factor.density), \(factor.status.rawValue), is its own")
                continue
            }
            if theirs.status != factor.status {
                lines.append(
                    "\(factor.density) is \(factor.status.rawValue), not "
                        + "\(theirs.status.rawValue)")
            }
        }
        for factor in other.joint where !variables.contains(factor.variable) {
            lines.append("no \(factor.density)")
        }
        return lines
    }

    private func inferenceDifferences(from other: BoundSpecification) -> [String] {
        var lines: [String] = []
        if stateInference != other.stateInference { lines.append("states: \(stateInference)") }
        if actionInference != other.actionInference { lines.append("actions: \(actionInference)") }
        if marginalWeight != other.marginalWeight {
            lines.append("the marginal likelihood weighs \(marginalWeight)")
        }
        if mutualInformationWeight != other.mutualInformationWeight {
            lines.append("planned information weighs \(mutualInformationWeight)")
        }
        return lines
    }
}

extension BoundTerm {
    /// The term's name as one writes it.
    public var inWords: String {
        switch self {
        case .reward: "reward"
        case .informationGain: "information gain"
        case .stateConsistency: "state consistency"
        case .actionConsistency: "action consistency"
        }
    }
}
