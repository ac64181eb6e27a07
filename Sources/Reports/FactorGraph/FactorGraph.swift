import Foundation
import OptimistCore
import OrderedCollections

/// The factor graph of an algorithm, laid out: variables in columns from causes to effects, each
/// factor of the joint left of the variable that it draws, factors of the posterior where there is
/// room around theirs.
public struct FactorGraph {
    /// The specification that is drawn.
    public let specification: BoundSpecification

    /// The graph of a specification.
    public init(_ specification: BoundSpecification) { self.specification = specification }

    /// The graph's variables in order of appearance: parents before what they are parents of.
    var variables: OrderedSet<String> {
        var names: OrderedSet<String> = []
        for factor in specification.joint + specification.posterior {
            names.append(contentsOf: factor.parents)
            names.append(factor.variable)
        }
        return names
    }

    /// The column of each variable: the longest way to it along factors of the joint. A factor
    /// that would close a circle does not count.
    var columns: OrderedDictionary<String, Int> {
        var columns = OrderedDictionary(uniqueKeysWithValues: variables.map { ($0, 0) })
        // A way without circles is shorter than the number of variables.
        for _ in variables {
            for factor in specification.joint {
                let longest = factor.parents.compactMap { columns[$0] }.max() ?? -1
                let column = min(longest + 1, variables.count - 1)
                columns[factor.variable] = max(columns[factor.variable] ?? 0, column)
            }
        }
        // Empty columns, which only circles leave, are closed up.
        let used = OrderedSet(columns.values.sorted())
        return columns.mapValues { used.firstIndex(of: $0) ?? 0 }
    }
}

/// How a kind of factor looks and is called.
extension FactorStatus {
    /// The sign in text.
    var sign: String {
        switch self {
        case .known: "■"
        case .assumed: "□"
        case .learned: "●"
        case .environment: "◆"
        }
    }

    /// The color in figures.
    var color: String {
        switch self {
        case .known: Ink.text
        case .assumed: "white"
        case .learned: "#0072B2"
        case .environment: "#E69F00"
        }
    }
}
