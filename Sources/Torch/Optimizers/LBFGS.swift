import OptimistCore

/// The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno with a line search for the
/// strong Wolfe conditions (Nocedal and Wright, 2006, algorithms 7.4, 7.5 and 3.5).
///
/// For losses without noise: the closure must give the same loss for the same parameters.
public final class LBFGS {
    /// How a minimization ended.
    public struct Outcome: Equatable, Sendable {
        /// The loss at the parameters found.
        public var loss: Double
        /// The largest absolute element of the gradient there.
        public var gradientNorm: Double
        /// The number of steps taken.
        public var iterations: Int
        /// The number of times that the loss was computed.
        public var evaluations: Int
        /// Whether the gradient, or the change of the loss, came below its tolerance.
        public var hasConverged: Bool
    }

    /// What is optimized.
    public let parameters: [NamedTensor]
    /// How many pairs of steps and gradient changes are remembered.
    public let historySize: Int
    /// Ends where no element of the gradient is larger in absolute value.
    public var gradientTolerance: Double
    /// Ends where the loss changes by less than this times its size, or 1 if that is larger.
    public var changeTolerance: Double

    private var history: [(step: Tensor, change: Tensor)] = []

    /// An optimizer of parameters of one element type.
    public init(
        _ parameters: [NamedTensor], historySize: Int = 10, gradientTolerance: Double = 1e-7,
        changeTolerance: Double = 1e-12
    ) {
        self.parameters = parameters
        self.historySize = historySize
        self.gradientTolerance = gradientTolerance
        self.changeTolerance = changeTolerance
    }

    /// Takes up to `maximumIterations` steps; the parameters are left at the best point found.
    public func minimize(maximumIterations: Int = 100, _ loss: () -> Tensor) -> Outcome {
        var evaluations = 0
        func evaluate(_ position: Tensor) -> LBFGSPoint {
            evaluations += 1
            move(to: position)
            return point(at: position, loss())
        }
        var current = evaluate(flat(parameters.map { $0.tensor.detached() }))
        var iterations = 0
        var hasConverged = current.largest <= gradientTolerance
        while iterations < maximumIterations && !hasConverged && current.loss.isFinite {
            var direction = descent(current.gradient)
            var slope = dot(direction, current.gradient)
            if !(slope < 0) {
                history = []
                direction = -current.gradient
                slope = dot(direction, current.gradient)
            }
            let first = history.isEmpty ? Swift.min(1, 1 / (-slope).squareRoot()) : 1
            guard
                let next = wolfeSearch(
                    from: current, along: direction, slope: slope, first: first, evaluate)
            else { break }
            remember(step: next.position - current.position, next.gradient - current.gradient)
            let change = Swift.abs(next.loss - current.loss)
            hasConverged =
                next.largest <= gradientTolerance
                || change <= changeTolerance * Swift.max(1, Swift.abs(next.loss))
            current = next
            iterations += 1
        }
        move(to: current.position)
        return Outcome(
            loss: current.loss, gradientNorm: current.largest, iterations: iterations,
            evaluations: evaluations, hasConverged: hasConverged)
    }

    /// Stores the history of steps and gradient changes.
    public func save(to archive: Archive) {
        archive.store(history.count, as: "count")
        archive.store(history.map(\.step), as: "step")
        archive.store(history.map(\.change), as: "change")
    }

    /// Replaces the history by one that was stored.
    public func load(from archive: Archive) throws(ArchiveError) {
        let count = try archive.value("count", as: Int.self)
        guard (0...historySize).contains(count) else {
            throw archive.invalid("count", "\(count) is not within 0...\(historySize)")
        }
        let like = flat(parameters.map { $0.tensor.detached() })
        let targets = Array(repeating: like, count: count)
        let steps = try archive.tensors("step", like: targets)
        let changes = try archive.tensors("change", like: targets)
        history = Array(zip(steps, changes)).map { (step: $0, change: $1) }
    }

    private func flat(_ tensors: [Tensor]) -> Tensor {
        .concatenated(tensors.map { $0.reshaped([-1]) })
    }

    private func move(to position: Tensor) {
        let parts = position.split(sizes: parameters.map(\.tensor.count), axis: 0)
        for (parameter, part) in zip(parameters, parts) {
            parameter.tensor.assign(part.reshaped(parameter.tensor.shape))
        }
    }

    private func point(at position: Tensor, _ loss: Tensor) -> LBFGSPoint {
        let gradient = flat(gradients(of: loss, withRespectTo: parameters.map(\.tensor)))
        return LBFGSPoint(
            position: position, loss: loss.item(), gradient: gradient.detached(),
            largest: gradient.abs().max().item())
    }

    private func dot(_ left: Tensor, _ right: Tensor) -> Double { (left * right).sum().item() }

    // A pair without positive curvature would spoil the approximation of the Hessian.
    private func remember(step: Tensor, _ change: Tensor) {
        if dot(step, change) <= 1e-10 * dot(change, change).squareRoot() { return }
        if history.count == historySize { history.removeFirst() }
        history.append((step, change))
    }

    // The two loops of algorithm 7.4: minus the inverse Hessian's approximation times the gradient.
    private func descent(_ gradient: Tensor) -> Tensor {
        var direction = -gradient
        var weights: [Double] = []
        for (step, change) in history.reversed() {
            let weight = dot(step, direction) / dot(step, change)
            weights.append(weight)
            direction -= change * weight
        }
        if let (step, change) = history.last {
            direction *= dot(step, change) / dot(change, change)
        }
        for ((step, change), weight) in zip(history, weights.reversed()) {
            direction += step * (weight - dot(change, direction) / dot(step, change))
        }
        return direction
    }
}

/// A point that the line search visited.
struct LBFGSPoint {
    var position: Tensor
    var loss: Double
    var gradient: Tensor
    var largest: Double
}
