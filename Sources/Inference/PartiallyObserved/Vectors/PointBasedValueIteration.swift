import OptimistCore

/// Point-based value iteration (Pineau, Gordon and Thrun, 2003): one vector for each belief point.
///
/// It starts from min r/(1 − γ), below every value, so that its values are lower bounds.
public struct PointBasedValueIteration: Sendable, Equatable {
    /// The most backups of all points.
    public var iterationLimit = 10_000
    /// Converged when no point's value rises by more than this times (1 − γ)/γ.
    public var tolerance = 1e-8
    /// Up to this many points each of them is backed up in each sweep.
    static let fewPoints = 40

    /// 10,000 iterations, tolerance 1e-8.
    public init() {}

    /// Solves for given points.
    ///
    /// - Parameters:
    ///   - model: the model, with a discount below 1.
    ///   - points: beliefs, at least one.
    ///   - start: a lower bound to go on from; nil for the constant one.
    ///   - onSweep: called after each sweep with their number and the largest change at a point.
    /// - Throws: `PartiallyObservedError`.
    public func solve(
        _ model: PartiallyObservedModel, points: [[Double]], from start: AlphaVectors? = nil,
        onSweep: ((_ sweeps: Int, _ change: Double) -> Void)? = nil
    ) throws(PartiallyObservedError) -> AlphaVectors {
        if points.isEmpty { fail("PointBasedValueIteration.solve", "no points") }
        if !(model.discount < 1) { throw .badDiscount(model.discount) }
        let least = min(model.dynamics.rewards.min() ?? 0, 0) / (1 - model.discount)
        let constant = AlphaVector(
            action: 0, values: Array(repeating: least, count: model.stateCount))
        var current = start ?? AlphaVectors(model, [constant])
        var values = points.map { current.value($0) }
        let backups = PointBackups(model, points)
        var (rise, takesAll) = (Double.infinity, points.count <= Self.fewPoints)
        for sweep in 0..<iterationLimit {
            let next = AlphaVectors(
                model,
                takesAll ? backup(current, backups, values) : improve(current, values, backups))
            let better = points.map { next.value($0) }
            rise = zip(better, values).reduce(0) { max($0, abs($1.0 - $1.1)) }
            (current, values) = (next, better)
            onSweep?(sweep + 1, rise)
            let isDone = rise * model.discount <= tolerance * (1 - model.discount)
            if isDone && takesAll { return current }
            // That no chosen point rises does not say that none would.
            takesAll = isDone || points.count <= Self.fewPoints
        }
        throw .notConverged(iterations: iterationLimit, change: rise)
    }

    /// Solves a number of steps for given points: values with k steps to go for k = 1…horizon, each
    /// a lower bound.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - points: beliefs, at least one.
    ///   - horizon: the number of steps, at least 1.
    public func solve(
        _ model: PartiallyObservedModel, points: [[Double]], horizon: Int
    ) -> [AlphaVectors] {
        if points.isEmpty || horizon < 1 {
            fail("PointBasedValueIteration.solve", "\(points.count) points, horizon \(horizon)")
        }
        let zero = AlphaVector(action: 0, values: Array(repeating: 0, count: model.stateCount))
        let backups = PointBackups(model, points)
        var (stages, current) = ([AlphaVectors](), AlphaVectors(model, [zero]))
        for _ in 0..<horizon {
            current = AlphaVectors(model, backup(current, backups))
            stages.append(current)
        }
        return stages
    }

    /// Solves for the first belief and points found by expansion.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - expansions: how often each belief adds its farthest simulated successor.
    ///   - generator: draws the observations.
    public func solve(
        _ model: PartiallyObservedModel, expansions: Int, using generator: inout Generator
    ) throws(PartiallyObservedError) -> AlphaVectors {
        var points = [model.initialBelief]
        for _ in 0..<expansions { Self.expand(&points, model, &generator) }
        return try solve(model, points: points)
    }

    /// Beliefs that are far apart and can be reached from the first one, found by expansion.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - limit: the most beliefs; fewer where expansion finds no more.
    ///   - generator: draws the observations.
    public static func points(
        in model: PartiallyObservedModel, limit: Int, using generator: inout Generator
    ) -> [[Double]] {
        var points = [model.initialBelief]
        var idle = 0
        // Expansion draws: one that finds nothing does not say that the next one would not.
        while points.count < limit && idle < 5 {
            let before = points.count
            expand(&points, model, &generator)
            idle = points.count == before ? idle + 1 : 0
        }
        return Array(points.prefix(limit))
    }

    /// One vector a point, each the best backup there, duplicates once.
    ///
    /// Where values are given a point keeps its old vector if the backup falls short of them, which can
    /// be as vectors of other points are gone: so values never fall, and the iteration ends.
    private func backup(
        _ current: AlphaVectors, _ backups: PointBackups, _ values: [Double]? = nil
    ) -> [AlphaVector] {
        let flat = FlatVectors(current.vectors)
        var kept: [AlphaVector] = []
        for point in backups.points.indices {
            let (backedUp, value) = backups.backup(point, flat)
            let isWorse = values.map { value < $0[point] } ?? false
            let vector = isWorse ? current.best(at: backups.points[point]) : backedUp
            if !kept.contains(vector) { kept.append(vector) }
        }
        return kept
    }

    /// Vectors that are nowhere worse at the points, from backups at a few of them: a backup often
    /// raises many points at once (Perseus; Spaan and Vlassis, 2005). Points are taken in order.
    private func improve(
        _ current: AlphaVectors, _ values: [Double], _ backups: PointBackups
    ) -> [AlphaVector] {
        let flat = FlatVectors(current.vectors)
        var kept: [AlphaVector] = []
        var left = Array(backups.points.indices)
        while let point = left.first {
            let (vector, value) = backups.backup(point, flat)
            let added = value >= values[point] ? vector : current.best(at: backups.points[point])
            kept.append(added)
            left.removeAll {
                $0 == point || added.value(backups.points[$0]) >= values[$0]
            }
        }
        return kept
    }

    /// From each belief every action is simulated once; the successor farthest from all points in
    /// L1 is added unless it is there already.
    private static func expand(
        _ points: inout [[Double]], _ model: PartiallyObservedModel, _ generator: inout Generator
    ) {
        func distance(_ belief: [Double]) -> Double {
            points.reduce(.infinity) { nearest, point in
                min(nearest, zip(belief, point).reduce(0) { $0 + abs($1.0 - $1.1) })
            }
        }
        for belief in points {
            var (farthest, reach): ([Double]?, Double) = (nil, 1e-9)
            for action in 0..<model.actionCount {
                let options = model.successors(belief, action: action)
                let next = options[generator.categorical(options.map(\.probability))].belief
                let candidate = distance(next)
                if candidate > reach { (farthest, reach) = (next, candidate) }
            }
            if let farthest { points.append(farthest) }
        }
    }
}
