import OptimistCTorch
import OptimistCore

/// Parameters that share settings of an optimizer.
public struct ParameterGroup {
    /// The parameters in a fixed order.
    public var parameters: [NamedTensor]
    /// The weight of ½‖p‖² in the objective, or the rate of decoupled decay.
    public var weightDecay: Double
    /// Multiplies the optimizer's learning rate.
    public var rateScale: Double

    /// A group with its settings.
    public init(
        _ parameters: [NamedTensor], weightDecay: Double = 0, rateScale: Double = 1
    ) {
        self.parameters = parameters
        self.weightDecay = weightDecay
        self.rateScale = rateScale
    }
}

/// Changes parameters in place so that a loss becomes smaller, given its gradients.
public protocol Optimizer: AnyObject {
    /// What is optimized, in a fixed order.
    var groups: [ParameterGroup] { get }
    /// The size of a step.
    var learningRate: Double { get set }

    /// One step with the gradients of all parameters, group by group in order.
    func step(_ gradients: [Tensor])
    /// Stores everything that the next step depends on but the parameters.
    func save(to archive: Archive)
    /// Replaces the state by one that was stored, exactly.
    func load(from archive: Archive) throws(ArchiveError)
}

extension Optimizer {
    /// The parameters of all groups in order.
    public var parameters: [NamedTensor] { groups.flatMap(\.parameters) }

    /// One step down the gradient of a loss, and the global norm of the gradient before clipping.
    ///
    /// Where `clippingNorm` is given, a gradient of a larger global norm is scaled down to it.
    /// A gradient that is not finite changes nothing: the caller sees it in the norm returned.
    /// Where `allowUnused`, parameters that the loss does not depend on have gradient 0.
    @discardableResult
    public func minimize(
        _ loss: Tensor, clippingNorm: Double? = nil, allowUnused: Bool = false
    ) -> Double {
        let computed = gradients(
            of: loss, withRespectTo: parameters.map(\.tensor), allowUnused: allowUnused)
        let (clipped, norm) = clipped(computed, toGlobalNorm: clippingNorm ?? .infinity)
        if norm.isFinite { step(clipped) }
        return norm
    }

    /// The slices of the gradients that belong to each group.
    func grouped(_ gradients: [Tensor], _ operation: String) -> [ArraySlice<Tensor>] {
        let total = groups.reduce(0) { $0 + $1.parameters.count }
        if gradients.count != total {
            fail(operation, "\(gradients.count) gradients for \(total) parameters")
        }
        var start = 0
        return groups.map { group in
            defer { start += group.parameters.count }
            return gradients[start..<(start + group.parameters.count)]
        }
    }
}

/// The square root of the sum of squares of all elements of all tensors.
public func globalNorm(_ tensors: [Tensor]) -> Double {
    if tensors.isEmpty { return 0 }
    return call("globalNorm", more: tensors) {
        ot_global_norm(tensors.map { $0.handle }, Int32(tensors.count), $0)
    }
}

/// The gradients, scaled down together to a global norm of `limit` where theirs is larger, and
/// their global norm before that (Pascanu, Mikolov and Bengio, 2013).
public func clipped(
    _ gradients: [Tensor], toGlobalNorm limit: Double
) -> (gradients: [Tensor], norm: Double) {
    let norm = globalNorm(gradients)
    if !(norm > limit) { return (gradients, norm) }
    var handles = [OpaquePointer?](repeating: nil, count: gradients.count)
    _ = handles.withUnsafeMutableBufferPointer { buffer in
        call("clipped(_:toGlobalNorm:)", more: gradients) {
            ot_scaled(
                gradients.map { $0.handle }, Int32(gradients.count), limit / norm,
                buffer.baseAddress, $0)
        }
    }
    return (handles.map { Tensor(owning: $0!) }, norm)
}

extension Sequence<Tensor> {
    /// The handles in order, for the C interface.
    var handles: [OpaquePointer?] { map { $0.handle } }
}

extension Archive {
    /// Stores tensors under a name and their place.
    func store(_ tensors: [Tensor], as name: String) {
        for (index, tensor) in tensors.enumerated() { store(tensor, as: "\(name).\(index)") }
    }

    /// Tensors stored under a name and their place, of the shapes and types of given ones.
    func tensors(_ name: String, like targets: [Tensor]) throws(ArchiveError) -> [Tensor] {
        var result: [Tensor] = []
        for (index, target) in targets.enumerated() {
            result.append(try tensor("\(name).\(index)", like: target))
        }
        return result
    }
}
