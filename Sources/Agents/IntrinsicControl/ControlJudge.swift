import OptimistCore
import OptimistEnvironments
import OptimistInference

/// Exact information of options in a world whose tables are known, for records alone.
struct ControlJudge {
    private let model: TabularModel
    private let empowerment: OpenLoopEmpowerment?

    /// A judge; nil where episodes may terminate, which needs one more state than is seen.
    init?(_ table: TaskTable, horizon: Int) {
        if table.terminates.contains(true) { return nil }
        model = TabularModel(table)
        // More sequences than the default limit are left out of records.
        empowerment = try? OpenLoopEmpowerment(model, horizon: horizon)
    }

    /// I(o; s_f | s_0) of options that explore as they do, in nats.
    ///
    /// - Throws: `EmpowermentError`.
    func information(
        of control: VariationalIntrinsicControl, from start: Int
    ) throws -> Double {
        try control.channel(in: model, from: start, explores: true)
            .mutualInformation(control.optionLaw(from: start))
    }

    /// Σ_t I(a_t; s_f | s_t) of a policy over steps, in nats.
    func information(of control: ImplicitIntrinsicControl, from start: Int) -> Double {
        TrajectoryInformation(
            of: control.policy(pairs: model.pairs), in: model, from: start
        ).ofActions
    }

    /// The empowerment of a state in nats; nil where there are too many sequences.
    ///
    /// - Throws: `EmpowermentError`.
    func empowerment(from start: Int) throws -> Double? {
        try empowerment?.capacity(from: start, tolerance: 1e-6).lower
    }
}
