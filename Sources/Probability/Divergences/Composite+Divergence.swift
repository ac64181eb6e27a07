import OptimistCore
import OptimistTorch

/// What the divergence of joint laws needs of them, whatever their base is.
protocol JointLaw {
    var joinedBase: any TensorDistribution { get }
    var axes: Int { get }
}

extension Independent: JointLaw {
    var joinedBase: any TensorDistribution { base }
}

extension Independent: DivergenceReducible {
    /// The sum of the bases' divergences, where both laws join the same number of axes.
    public func reducedDivergence(to other: any TensorDistribution) -> Tensor? {
        guard let other = other as? any JointLaw, other.axes == axes else { return nil }
        return closedFormDivergence(from: base, to: other.joinedBase)?.summed(lastAxes: axes)
    }
}

/// What the divergence of mapped laws needs of them.
protocol MappedLaw {
    var mappedBase: any TensorDistribution { get }
    var usedMap: any Bijector { get }
}

extension Transformed: MappedLaw {
    var mappedBase: any TensorDistribution { base }
    var usedMap: any Bijector { map }
}

extension Transformed: DivergenceReducible {
    /// The bases' divergence, where both laws use the same map.
    public func reducedDivergence(to other: any TensorDistribution) -> Tensor? {
        guard let other = other as? any MappedLaw, map.isSame(as: other.usedMap) else {
            return nil
        }
        return closedFormDivergence(from: base, to: other.mappedBase)
    }
}
