import OptimistCTorch
import OptimistCore

/// The loss of a policy and of a value on a minibatch, with its gradients by the networks' outputs, in
/// plain loops: what policy gradients and clipped surrogates need, without a graph.
///
///     −mean of ρ A, or of min(ρ A, clip(ρ) A), − entropyWeight · entropy + valueWeight · (V − target)²
public struct FusedPolicyLoss: Sendable {
    /// How far ratios of probabilities count; nil for log π times the advantage.
    public var clip: Double?
    /// Whether advantages are standardized over the rows.
    public var standardizesAdvantages: Bool
    /// Entropy is taken off the loss times this.
    public var entropyWeight: Double
    /// The weight of the value's squared error.
    public var valueWeight: Double
    /// How far values count from what they were; nil for any distance.
    public var valueClip: Double?

    /// A loss with its parts.
    public init(
        clip: Double?, standardizesAdvantages: Bool, entropyWeight: Double, valueWeight: Double,
        valueClip: Double? = nil
    ) {
        self.clip = clip
        self.standardizesAdvantages = standardizesAdvantages
        self.entropyWeight = entropyWeight
        self.valueWeight = valueWeight
        self.valueClip = valueClip
    }

    /// What a minibatch holds, `[rows]` each.
    public struct Rows {
        /// Indices, or float32 `[rows, width]`.
        public var actions: Tensor
        /// log π when the actions were taken.
        public var logDensities: Tensor
        /// How much better they were than expected.
        public var advantages: Tensor
        /// V then.
        public var values: Tensor
        /// What values should be.
        public var targets: Tensor

        /// Rows with their parts.
        public init(
            actions: Tensor, logDensities: Tensor, advantages: Tensor, values: Tensor,
            targets: Tensor
        ) {
            self.actions = actions
            self.logDensities = logDensities
            self.advantages = advantages
            self.values = values
            self.targets = targets
        }
    }

    /// Gradients and what is reported; means over rows.
    public struct Result {
        /// By the policy's outputs, `[rows, width]`.
        public var byOutputs: Tensor
        /// By the logarithm of deviations, `[width]`; nil for a categorical law.
        public var byLogDeviation: Tensor?
        /// By values, `[rows, 1]`.
        public var byValues: Tensor
        /// The surrogate's loss.
        public var policyLoss: Double
        /// The squared error of values.
        public var valueLoss: Double
        /// In nats.
        public var entropy: Double
        /// KL(acting ‖ π) by ρ − 1 − log ρ, in nats.
        public var divergence: Double
    }

    /// The loss of outputs and values.
    ///
    /// - Parameters:
    ///   - outputs: `[rows, width]`: logits, or means of a Gaussian.
    ///   - logDeviation: of a Gaussian, `[width]`; nil for a categorical law.
    ///   - limits: where `logDeviation` is kept.
    ///   - values: `[rows, 1]`.
    ///   - rows: what was done.
    public func callAsFunction(
        outputs: Tensor, logDeviation: Tensor? = nil, limits: ClosedRange<Double> = -20...2,
        values: Tensor, rows: Rows
    ) -> Result {
        let (count, width) = (outputs.size(axis: 0), outputs.size(axis: 1))
        let byOutputs = Tensor.uninitialized([count, width], Self.operation)
        let byValues = Tensor.uninitialized([count, 1], Self.operation)
        let byLogDeviation = logDeviation.map { _ in
            Tensor.uninitialized([width], Self.operation)
        }
        let given = [
            outputs, rows.logDensities, rows.advantages, values, rows.values, rows.targets,
        ].map { $0.detached().contiguous() }
        check(given, rows.actions, count, width, isCategorical: logDeviation == nil)
        let actions = rows.actions.contiguous()
        let deviation = logDeviation?.detached().contiguous()
        var loss = OTPolicyLoss()
        (loss.rows, loss.width) = (count, width)
        loss.outputs = UnsafePointer(given[0].floatPointer(Self.operation))
        loss.log_densities = UnsafePointer(given[1].floatPointer(Self.operation))
        loss.advantages = UnsafePointer(given[2].floatPointer(Self.operation))
        (loss.log_deviation_low, loss.log_deviation_high) = (limits.lowerBound, limits.upperBound)
        loss.standardizes = standardizesAdvantages ? 1 : 0
        (loss.clip, loss.entropy_weight) = (clip ?? 0, entropyWeight)
        if let deviation {
            loss.actions = UnsafePointer(actions.floatPointer(Self.operation))
            loss.log_deviation = UnsafePointer(deviation.floatPointer(Self.operation))
        }
        var sums = [Double](repeating: 0, count: 3)
        let valueLoss = actions.withIndices(deviation == nil) { indices in
            loss.indices = indices
            let wrong = ot_policy_loss(
                loss, byOutputs.floatPointer(Self.operation),
                byLogDeviation?.floatPointer(Self.operation), &sums)
            if wrong >= 0 {
                fail("FusedPolicyLoss", "action \(indices![wrong]) of \(width) in row \(wrong)")
            }
            return ot_value_loss(
                count, given[3].floatPointer(Self.operation),
                given[5].floatPointer(Self.operation), given[4].floatPointer(Self.operation),
                valueClip ?? 0, valueWeight, byValues.floatPointer(Self.operation))
        }
        withExtendedLifetime((given, deviation)) {}
        return Result(
            byOutputs: byOutputs, byLogDeviation: byLogDeviation, byValues: byValues,
            policyLoss: sums[0], valueLoss: valueLoss, entropy: sums[1], divergence: sums[2])
    }

    private static let operation: StaticString = "FusedPolicyLoss"

    private func check(
        _ given: [Tensor], _ actions: Tensor, _ count: Int, _ width: Int, isCategorical: Bool
    ) {
        let shapes = given.dropFirst().map(\.count)
        if shapes.contains(where: { $0 != count }) {
            fail("FusedPolicyLoss", "parts of \(shapes) numbers for \(count) rows")
        }
        let expected = isCategorical ? [count] : [count, width]
        if actions.shape != expected {
            fail("FusedPolicyLoss", "actions \(actions.shape), not \(expected)")
        }
    }
}

extension Tensor {
    /// Calls with the numbers of an int64 tensor, or with nil.
    fileprivate func withIndices<Result>(
        _ isWanted: Bool, _ body: (UnsafePointer<Int64>?) -> Result
    ) -> Result {
        guard isWanted else { return body(nil) }
        return withUnsafeBytes { body($0.bindMemory(to: Int64.self).baseAddress) }
    }
}
