import OptimistCore

extension FactorGraph {
    /// The graph for a terminal: a line for each factor, with its parents, a sign for its status
    /// and its variable; dashed for the posterior. Then the objective and how states and actions
    /// are inferred.
    ///
    /// - Parameter width: columns of the terminal; roles are cut at it.
    public func text(width: Int = 100) -> String {
        let factors = specification.joint + specification.posterior
        let parents = factors.map { $0.parents.joined(separator: ", ").count }.max() ?? 0
        let variable = factors.map(\.variable.count).max() ?? 0
        let density = factors.map(\.density.count).max() ?? 0
        func line(_ factor: Factor, _ dash: String) -> String {
            let arrow = factor.parents.isEmpty ? "   " : "\(dash)\(dash) "
            let start =
                "  " + factor.parents.joined(separator: ", ").leading(parents) + " \(arrow)"
                + "\(factor.status.sign) \(dash)\(dash)▶ " + factor.variable.padded(variable)
            let status = factor.status.rawValue.padded(11)
            let whole = "\(start)   \(factor.density.padded(density))   \(status)  \(factor.role)"
            return whole.cut(to: width)
        }
        let joint = specification.joint.map { line($0, "─") }
        let posterior = specification.posterior.map { line($0, "╌") }
        return
            (["joint"] + joint + ["posterior"] + (posterior.isEmpty ? ["  none"] : posterior)
            + [
                "objective", "  \(objective)", "inference",
                "  states:  \(specification.stateInference)",
                "  actions: \(specification.actionInference)",
            ]).joined(separator: "\n") + "\n"
    }

    /// The objective in the words of the bound's terms.
    var objective: String {
        let signed = specification.terms.map { term in
            switch term {
            case .reward, .informationGain: "+ \(term.rawValue)"
            case .stateConsistency, .actionConsistency: "− \(term.rawValue)"
            }
        }.joined(separator: " ")
        var text = signed.hasPrefix("+ ") ? String(signed.dropFirst(2)) : signed
        if text.isEmpty { text = "none of the four terms" }
        if specification.marginalWeight != 0 {
            text += "; marginal weight \(JSONValue.text(specification.marginalWeight))"
        }
        if specification.mutualInformationWeight != 0 {
            let weight = JSONValue.text(specification.mutualInformationWeight)
            text += "; mutual information weight \(weight) while planning"
        }
        return text
    }
}
