import Foundation
import OptimistCore

/// The unconstrained coordinates of a model, in the order initial, transitions, emissions.
struct ParameterLayout<Emission: FittableEmission> {
    let start: HiddenMarkovModel<Emission>
    let fitting: HiddenMarkovFitting
    let boundary: Double
    private let initial: SimplexCoordinates?
    private let rows: [SimplexCoordinates]

    init(_ start: HiddenMarkovModel<Emission>, _ fitting: HiddenMarkovFitting, boundary: Double) {
        self.start = start
        self.fitting = fitting
        self.boundary = boundary
        let states = start.states
        initial =
            fitting.frozen.contains(.initial)
            ? nil : SimplexCoordinates(states.initial, boundary: boundary)
        rows =
            fitting.frozen.contains(.transitions)
            ? []
            : (0..<states.transitions.count / states.stateCount).map {
                SimplexCoordinates(Self.row($0, of: states), boundary: boundary)
            }
    }

    private static func row(_ index: Int, of states: DiscreteStateSpace) -> [Double] {
        Array(states.transitions[index * states.stateCount..<(index + 1) * states.stateCount])
    }

    private var fitsEmissions: Bool { !fitting.frozen.contains(.emissions) }

    var coordinates: [Double] {
        var result = initial?.coordinates(of: start.states.initial) ?? []
        for (index, row) in rows.enumerated() {
            result += row.coordinates(of: Self.row(index, of: start.states))
        }
        if fitsEmissions { result += start.emission.freeParameters(boundary: boundary) }
        return result
    }

    func model(at point: [Double]) -> HiddenMarkovModel<Emission> {
        var model = start
        var first = 0
        if let initial {
            initial.write(point[..<initial.count], into: &model.states.initial)
            first = initial.count
        }
        let states = start.states.stateCount
        for (index, coordinates) in rows.enumerated() {
            var row = Self.row(index, of: start.states)
            coordinates.write(point[first..<first + coordinates.count], into: &row)
            model.states.transitions.replaceSubrange(
                index * states..<(index + 1) * states, with: row)
            first += coordinates.count
        }
        if fitsEmissions {
            model.emission = start.emission.replacing(
                freeParameters: Array(point[first...]), boundary: boundary)
        }
        return model
    }

    /// The gradient of the objective at a model by the Fisher identity: that of the expected
    /// complete log likelihood, n_ij − (Σ_j n_ij) P(i, j), and of the log prior.
    func score(
        at model: HiddenMarkovModel<Emission>, _ counts: ExpectedCounts,
        _ observations: [[Emission.Observation?]]
    ) -> [Double] {
        let states = start.states.stateCount
        var result: [Double] = []
        if let initial {
            result += initial.score(
                counts: counts.initial.map { $0 + fitting.initialConcentration - 1 },
                at: model.states.initial)
        }
        for (index, row) in rows.enumerated() {
            let range = index * states..<(index + 1) * states
            result += row.score(
                counts: counts.transitions[range].map { $0 + fitting.transitionConcentration - 1 },
                at: Self.row(index, of: model.states))
        }
        if fitsEmissions {
            result += start.emission.score(
                at: model.emission, observations, weights: counts.posteriors, boundary: boundary)
        }
        return result
    }

    /// The parameters by name, those of frozen parts left out.
    var named: [NamedParameter] {
        var (result, first) = ([NamedParameter](), 0)
        let states = start.states
        if let initial {
            result += (0..<states.stateCount).map {
                NamedParameter(
                    name: "initial[\($0)]", value: states.initial[$0],
                    derivatives: initial.derivatives(of: $0, at: states.initial, first: first))
            }
            first += initial.count
        }
        for (index, coordinates) in rows.enumerated() {
            let (table, source) = index.quotientAndRemainder(dividingBy: states.stateCount)
            let prefix = states.variation == .stationary ? "" : "\(table),"
            let row = Self.row(index, of: states)
            result += row.indices.map {
                NamedParameter(
                    name: "transition[\(prefix)\(source),\($0)]", value: row[$0],
                    derivatives: coordinates.derivatives(of: $0, at: row, first: first))
            }
            first += coordinates.count
        }
        if fitsEmissions {
            result += start.emission.namedParameters(boundary: boundary).map { parameter in
                NamedParameter(
                    name: parameter.name, value: parameter.value,
                    derivatives: parameter.derivatives.map { ($0.coordinate + first, $0.value) })
            }
        }
        return result
    }

    /// The log prior of a model up to a constant, over the entries that are not zero.
    func logPrior(_ model: HiddenMarkovModel<Emission>) -> Double {
        func sum(_ laws: [Double], _ concentration: Double) -> Double {
            if concentration == 1 { return 0 }
            return laws.reduce(0) { $0 + ($1 > 0 ? (concentration - 1) * log($1) : 0) }
        }
        return
            (fitting.frozen.contains(.initial)
            ? 0 : sum(model.states.initial, fitting.initialConcentration))
            + (fitting.frozen.contains(.transitions)
                ? 0 : sum(model.states.transitions, fitting.transitionConcentration))
            + (fitsEmissions ? model.emission.logPrior : 0)
    }
}
