import OptimistCore
import OptimistEnvironments
import OptimistInference

/// The exact empowerment of every state of a world whose tables are known, for records alone.
final class EmpowermentJudge {
    /// The number of states.
    let states: Int
    private let empowerment: OpenLoopEmpowerment
    private var known: [Double]?

    /// A judge; nil where episodes may terminate, which needs one more state than is seen, and where
    /// there are more than 1000 sequences or 1000 states: no record is worth minutes.
    init?(_ table: TaskTable, horizon: Int) {
        guard !table.terminates.contains(true), table.states <= 1000,
            let empowerment = try? OpenLoopEmpowerment(
                TabularModel(table), horizon: horizon, sequenceLimit: 1000)
        else { return nil }
        self.empowerment = empowerment
        states = table.states
    }

    /// Means over states: of the exact empowerment, of what was learned, and of how far they lie
    /// apart; and how well they go together. In nats.
    ///
    /// - Throws: `EmpowermentError`.
    func comparison(_ learned: [Double]) throws -> [Metric] {
        let exact = try known ?? empowerment.values(tolerance: 1e-4)
        known = exact
        let count = Double(exact.count)
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / count }
        let (center, middle) = (mean(exact), mean(learned))
        func product(_ left: [Double], _ right: [Double]) -> Double {
            mean(zip(left, right).map { $0 * $1 })
        }
        let (one, other) = (exact.map { $0 - center }, learned.map { $0 - middle })
        let spread = (product(one, one) * product(other, other)).squareRoot()
        return [
            Metric("empowerment.exact", center), Metric("empowerment.learned", middle),
            Metric("empowerment.error", mean(zip(exact, learned).map { abs($0 - $1) })),
            Metric("empowerment.correlation", spread > 0 ? product(one, other) / spread : 0),
        ]
    }
}
