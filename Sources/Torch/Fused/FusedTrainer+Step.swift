import OptimistCTorch
import OptimistCore

extension FusedTrainer {
    /// Forward, loss, backward and update in one call.
    ///
    /// - Parameters:
    ///   - inputs: `[member, rows, inputs]`, or `[rows, inputs]` for all members.
    ///   - targets: `[member, rows, targets]`, or `[rows, targets]` for all members.
    ///   - loss: what is made smaller.
    public func step(inputs: Tensor, targets: Tensor, loss: FusedLoss = .squared) -> FusedStep {
        let rows = FusedNetwork.Rows(inputs, network, nil, "FusedTrainer.step")
        let width = checkedWidth(targets, rows, loss)
        let goals = targets.contiguous()
        var losses = [Double](repeating: 0, count: network.members)
        var byBounds = Gradients(loss, width)
        var finite: Int32 = 1
        _ = call("FusedTrainer.step", rows.tensor, goals, network.storage, more: [mean, square]) {
            error in
            rows.withRows { rows in
                Self.withLoss(loss, goals, rows.groups, &byBounds) { loss in
                    withUpdate(scale: 1) {
                        ot_network_train(
                            network.handle, rows, loss, $0, $1, $2, $3, &losses, &finite, error)
                    }
                }
            }
        }
        return FusedStep(
            losses: losses, isFinite: finite != 0, minimumGradient: byBounds.minimum,
            maximumGradient: byBounds.maximum)
    }

    /// Gradients by the bounds of log-variances.
    private struct Gradients {
        var minimum: [Double] = []
        var maximum: [Double] = []

        init(_ loss: FusedLoss, _ width: Int) {
            guard case .gaussian = loss else { return }
            minimum = Array(repeating: 0, count: width)
            maximum = Array(repeating: 0, count: width)
        }
    }

    private func checkedWidth(
        _ targets: Tensor, _ rows: FusedNetwork.Rows, _ loss: FusedLoss
    ) -> Int {
        var width = network.outputs
        if case .gaussian(let bounds) = loss {
            width /= 2
            let counts = [bounds.minimum.count, bounds.maximum.count]
            if network.outputs % 2 != 0 || counts != [width, width] {
                fail("FusedTrainer.step", "\(counts) bounds for \(network.outputs) outputs")
            }
        }
        let shape = targets.shape
        let each = [rows.count, width]
        if shape != each && shape != [network.members] + each {
            fail("FusedTrainer.step", "targets \(shape) for rows of \(each)")
        }
        return width
    }

    private static func withLoss<Result>(
        _ loss: FusedLoss, _ targets: Tensor, _ members: Int, _ gradients: inout Gradients,
        _ body: (OTLoss) -> Result
    ) -> Result {
        var plain = OTLoss()
        plain.kind = Int32(OT_SQUARED)
        plain.targets = UnsafePointer(targets.floatPointer("FusedTrainer.step"))
        plain.group_stride = targets.rank == 2 ? 0 : targets.count / members
        guard case .gaussian(let bounds) = loss else { return body(plain) }
        plain.kind = Int32(OT_GAUSSIAN)
        var byMinimum = gradients.minimum
        var byMaximum = gradients.maximum
        defer { (gradients.minimum, gradients.maximum) = (byMinimum, byMaximum) }
        return bounds.minimum.withUnsafeBufferPointer { low in
            bounds.maximum.withUnsafeBufferPointer { high in
                byMinimum.withUnsafeMutableBufferPointer { byLow in
                    byMaximum.withUnsafeMutableBufferPointer { byHigh in
                        plain.minimum = low.baseAddress
                        plain.maximum = high.baseAddress
                        plain.minimum_gradient = byLow.baseAddress
                        plain.maximum_gradient = byHigh.baseAddress
                        return body(plain)
                    }
                }
            }
        }
    }
}
