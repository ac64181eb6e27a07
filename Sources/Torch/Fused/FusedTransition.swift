import OptimistCTorch
import OptimistCore

/// A learned transition model that is rolled through time in one call (Chua et al., 2018).
///
/// Row by row x = (concat(state, action) − inputMean) · inputScale, (mean, raw) = network(x) and
///
///     prediction = residual · state + mean + σ · noise
///
/// whose first numbers are the next state; further ones, such as a reward, stand alone. A block of
/// rows goes through the whole horizon before the next one starts, so that states and activations
/// stay in the nearest cache.
public struct FusedTransition {
    /// The ensemble; its outputs are `[means | raw log-variances]`, or means alone.
    public let network: FusedNetwork
    /// The width of the state.
    public let states: Int
    /// The width of the action.
    public let actions: Int
    /// Subtracted from states and actions.
    public var inputMean: [Float]
    /// Multiplies what is left: 1 over the standard deviation.
    public var inputScale: [Float]
    /// 1 for each prediction that is a change of its state, 0 for one that replaces it or that
    /// belongs to no state.
    public var residual: [Float]
    /// The bounds of log-variances; nil where the network's outputs are means alone.
    public var bounds: LogVarianceBounds?

    /// A transition model around a network with `states + actions` inputs.
    ///
    /// Inputs are not scaled and all states change by their prediction until the properties say
    /// otherwise.
    public init(
        _ network: FusedNetwork, states: Int, actions: Int, bounds: LogVarianceBounds? = nil
    ) {
        self.network = network
        self.states = states
        self.actions = actions
        self.bounds = bounds
        inputMean = Array(repeating: 0, count: states + actions)
        inputScale = Array(repeating: 1, count: states + actions)
        residual = []
        residual = (0..<predictions).map { $0 < states ? 1 : 0 }
    }

    /// The width of what is predicted.
    public var predictions: Int { bounds == nil ? network.outputs : network.outputs / 2 }

    /// Predictions `[horizon, group, rows, predictions]` along sequences of actions.
    ///
    /// - Parameters:
    ///   - start: where all rows start `[states]`, or each its own place `[group, rows, states]`.
    ///   - actions: `[sequence, horizon, actions]` for all groups, or with an axis of groups
    ///     before.
    ///   - particles: how many rows follow each sequence: row r follows sequence r / particles.
    ///   - members: the member that serves each group; nil for all members in order.
    ///   - noise: standard normal draws of the result's shape; nil to follow the means.
    ///   - trajectory: memory of the result's shape to write into; nil for new memory.
    public func rollOut(
        start: Tensor, actions: Tensor, particles: Int = 1, members: [Int]? = nil,
        noise: Tensor? = nil, into trajectory: Tensor? = nil
    ) -> Tensor {
        let operation: StaticString = "FusedTransition.rollOut"
        let shape = resultShape(actions, particles, members, operation)
        check(start, noise, trajectory, shape, operation)
        let result = trajectory ?? Tensor.uninitialized(shape, operation)
        let tensors = (start.contiguous(), actions.contiguous(), noise?.contiguous())
        var plan = OTRollout()
        plan.horizon = shape[0]
        plan.groups = shape[1]
        plan.rows = shape[2]
        plan.states = states
        plan.actions = self.actions
        plan.predictions = predictions
        plan.start = UnsafePointer(tensors.0.floatPointer(operation))
        plan.start_row_stride = start.rank == 1 ? 0 : states
        plan.start_group_stride = start.rank == 1 ? 0 : states * shape[2]
        plan.action = UnsafePointer(tensors.1.floatPointer(operation))
        plan.rows_per_action = particles
        plan.action_time_stride = self.actions
        plan.action_row_stride = self.actions * shape[0]
        plan.action_group_stride = actions.rank == 3 ? 0 : actions.count / shape[1]
        plan.noise = tensors.2.map { UnsafePointer($0.floatPointer(operation)) }
        plan.trajectory = result.floatPointer(operation)
        let numbers = network.storage.floatPointer(operation)
        _ = call(operation, tensors.0, tensors.1, tensors.2, more: [result, network.storage]) {
            error in
            withModel(&plan, members) { ot_network_rollout(network.handle, numbers, &$0, error) }
        }
        return result
    }

    private func resultShape(
        _ actions: Tensor, _ particles: Int, _ members: [Int]?, _ operation: StaticString
    ) -> [Int] {
        let groups = members?.count ?? network.members
        let shape = actions.shape
        let fits =
            (shape.count == 3 || shape.count == 4 && shape[0] == groups) && particles > 0
            && shape.last == self.actions
        if !fits {
            fail(
                "\(operation)",
                "actions \(shape) for \(groups) groups of [sequence, horizon, \(self.actions)]")
        }
        if let members, members.contains(where: { $0 < 0 || $0 >= network.members }) {
            fail("\(operation)", "members \(members) of \(network.members)")
        }
        let sequence = shape.suffix(3)
        return [
            sequence[sequence.startIndex + 1], groups, sequence.first! * particles, predictions,
        ]
    }

    private func check(
        _ start: Tensor, _ noise: Tensor?, _ trajectory: Tensor?, _ shape: [Int],
        _ operation: StaticString
    ) {
        if start.shape != [states] && start.shape != [shape[1], shape[2], states] {
            fail("\(operation)", "start \(start.shape) for rows \(shape[1...2]) of \(states)")
        }
        for tensor in [noise, trajectory] {
            if let tensor, tensor.shape != shape {
                fail("\(operation)", "noise or trajectory \(tensor.shape) instead of \(shape)")
            }
        }
        let widths = [inputMean.count, inputScale.count, network.inputs]
        let bounded = bounds.map { [$0.minimum.count, $0.maximum.count] } ?? []
        let fits =
            widths.allSatisfy { $0 == states + actions } && states <= predictions
            && (bounded + [residual.count]).allSatisfy { $0 == predictions }
            && (bounds == nil || network.outputs % 2 == 0)
        if !fits {
            fail(
                "\(operation)",
                "network \(network.sizes), \(states) states, \(actions) actions, "
                    + "\(residual.count) residuals, bounds \(bounded), inputs \(widths)")
        }
    }

    private func withModel(
        _ plan: inout OTRollout, _ members: [Int]?, _ body: (inout OTRollout) -> Int32
    ) -> Int32 {
        let codes = members?.map { Int32($0) } ?? []
        return inputMean.withUnsafeBufferPointer { mean in
            inputScale.withUnsafeBufferPointer { scale in
                residual.withUnsafeBufferPointer { residual in
                    codes.withUnsafeBufferPointer { codes in
                        plan.input_mean = mean.baseAddress
                        plan.input_scale = scale.baseAddress
                        plan.residual = residual.baseAddress
                        plan.members = members == nil ? nil : codes.baseAddress
                        return withBounds(&plan, body)
                    }
                }
            }
        }
    }

    private func withBounds(
        _ plan: inout OTRollout, _ body: (inout OTRollout) -> Int32
    ) -> Int32 {
        guard let bounds else { return body(&plan) }
        return bounds.minimum.withUnsafeBufferPointer { low in
            bounds.maximum.withUnsafeBufferPointer { high in
                plan.minimum = low.baseAddress
                plan.maximum = high.baseAddress
                return body(&plan)
            }
        }
    }
}
