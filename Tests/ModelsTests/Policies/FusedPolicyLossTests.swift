import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// The plain loops against the same loss composed of tensors.
@Suite struct FusedPolicyLossTests {
    private struct Case {
        var rows: FusedPolicyLoss.Rows
        var outputs: Tensor
        var values: Tensor
        var logDeviation: Tensor?

        func law(_ outputs: Tensor, _ logDeviation: Tensor?) -> ActionLaw {
            guard let logDeviation else { return .categorical(Categorical(logits: outputs)) }
            return .gaussian(
                Normal(
                    mean: outputs, logStandardDeviation: logDeviation.clamped(-20, 2),
                    eventRank: 1))
        }
    }

    private func makeCase(isDiscrete: Bool) -> Case {
        var generator = Generator(seed: isDiscrete ? 1 : 2)
        let count = 97
        func draw(_ shape: [Int]) -> Tensor { .normal(shape, using: &generator) }
        let outputs = draw([count, 3])
        let logDeviation = isDiscrete ? nil : Tensor([-0.3, 0.2, 2.5] as [Float])
        let actions =
            isDiscrete
            ? Tensor.randomIntegers([count], in: 0..<3, using: &generator) : draw([count, 3])
        let values = draw([count, 1])
        var made = Case(
            rows: FusedPolicyLoss.Rows(
                actions: actions, logDensities: values, advantages: draw([count]),
                values: values.squeezed(axis: 1) + draw([count]) * 0.3, targets: draw([count])),
            outputs: outputs, values: values, logDeviation: logDeviation)
        // Ratios on both sides of the clip.
        made.rows.logDensities =
            made.law(outputs, logDeviation).logDensity(actions) + draw([count]) * 0.3
        return made
    }

    private func composed(
        _ loss: FusedPolicyLoss, _ made: Case, _ outputs: Tensor, _ values: Tensor,
        _ logDeviation: Tensor?
    ) -> Tensor {
        let (rows, law) = (made.rows, made.law(outputs, logDeviation))
        var advantages = rows.advantages
        if loss.standardizesAdvantages {
            advantages =
                (advantages - advantages.mean()) / (advantages.standardDeviation() + 1e-8)
        }
        let logDensity = law.logDensity(rows.actions)
        var gain = logDensity * advantages
        if let clip = loss.clip {
            let ratio = (logDensity - rows.logDensities).exp()
            gain = (ratio * advantages).minimum(
                ratio.clamped(1 - clip, 1 + clip) * advantages)
        }
        let flat = values.squeezed(axis: 1)
        var error = (flat - rows.targets).square()
        if let clip = loss.valueClip {
            let near = rows.values + (flat - rows.values).clamped(-clip, clip)
            error = error.maximum((near - rows.targets).square())
        }
        return error.mean() * loss.valueWeight - gain.mean()
            - law.entropy!.mean() * loss.entropyWeight
    }

    @Test(arguments: [true, false], [nil, 0.2])
    func `gradients are those of the composed loss`(isDiscrete: Bool, clip: Double?) {
        let made = makeCase(isDiscrete: isDiscrete)
        for standardizes in [false, true] {
            let loss = FusedPolicyLoss(
                clip: clip, standardizesAdvantages: standardizes, entropyWeight: 0.13,
                valueWeight: 0.7, valueClip: clip)
            let found = loss(
                outputs: made.outputs, logDeviation: made.logDeviation, values: made.values,
                rows: made.rows)
            let outputs = made.outputs.requiringGradient()
            let values = made.values.requiringGradient()
            let deviation = made.logDeviation?.requiringGradient()
            let slopes = gradients(
                of: composed(loss, made, outputs, values, deviation),
                withRespectTo: [outputs, values] + (deviation.map { [$0] } ?? []))
            #expect(found.byOutputs.isClose(to: slopes[0], relative: 1e-3, absolute: 1e-6))
            #expect(found.byValues.isClose(to: slopes[1], relative: 1e-4, absolute: 1e-7))
            if deviation != nil {
                #expect(
                    found.byLogDeviation!.isClose(to: slopes[2], relative: 1e-3, absolute: 1e-5))
                // Beyond its limit a deviation does not move.
                #expect(found.byLogDeviation!.floats()[2] == 0)
            }
            let law = made.law(made.outputs, made.logDeviation)
            let change = law.logDensity(made.rows.actions) - made.rows.logDensities
            #expect(abs(found.entropy - law.entropy!.mean().item()) < 1e-5)
            #expect(abs(found.divergence - (change.exp() - 1 - change).mean().item()) < 1e-5)
        }
    }
}
