import OptimistCTorch
import OptimistCore

/// A tensor with a name, such as `policy.hidden0.weight`.
public struct NamedTensor {
    /// The name; dots separate the parts of nested modules.
    public var name: String
    /// The tensor.
    public var tensor: Tensor

    /// A tensor with a name.
    public init(_ name: String, _ tensor: Tensor) {
        self.name = name
        self.tensor = tensor
    }
}

extension [NamedTensor] {
    /// The same tensors with a prefix and a dot before their names.
    public func named(_ prefix: String) -> [NamedTensor] {
        map { NamedTensor("\(prefix).\($0.name)", $0.tensor) }
    }
}

/// Something with parameters: a layer, a network, a learned law.
///
/// Parameters are leaves of the gradient's graph that an optimizer changes in place. They come in
/// a fixed order with unique names. Layers are structures that hold references to their
/// parameters: a copy of the structure shares them, `copied()` does not.
public protocol Module {
    /// The parameters in a fixed order.
    var parameters: [NamedTensor] { get }
}

extension Module {
    /// The number of trained numbers.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.tensor.count } }

    /// Makes the parameters equal to those of another module of the same build.
    public func copyParameters(from source: some Module) {
        for (target, origin) in pairs(with: source, "Module.copyParameters(from:)") {
            target.assign(origin)
        }
    }

    /// Moves each parameter the fraction `weight` of the way to that of another module of the same
    /// build: an exponential average, as used for target networks (Lillicrap et al., 2016).
    public func moveParameters(toward source: some Module, weight: Double) {
        let (targets, origins) = pairs(with: source, "Module.moveParameters(toward:)")
            .reduce(into: ([Tensor](), [Tensor]())) {
                $0.0.append($1.0)
                $0.1.append($1.1)
            }
        _ = call("Module.moveParameters(toward:)", more: targets + origins) {
            ot_interpolate_all(
                targets.map { $0.handle }, origins.map { $0.handle }, Int32(targets.count), weight,
                $0)
        }
    }

    private func pairs(
        with source: some Module, _ operation: String
    ) -> [(Tensor, Tensor)] {
        let mine = parameters
        let others = source.parameters
        if mine.count != others.count {
            fail(operation, "\(mine.count) parameters against \(others.count)")
        }
        return zip(mine, others).map { own, other in
            if own.name != other.name || own.tensor.shape != other.tensor.shape {
                fail(
                    operation,
                    "\(own.name) \(own.tensor.signature) against "
                        + "\(other.name) \(other.tensor.signature)")
            }
            return (own.tensor, other.tensor)
        }
    }

    /// Stores the parameters under their names.
    public func save(to archive: Archive) {
        for parameter in parameters { archive.store(parameter.tensor, as: parameter.name) }
    }

    /// Replaces the parameters by those of an archive.
    ///
    /// - Throws: `ArchiveError` where one is missing, or has another shape or element type. No
    ///   parameter is changed then.
    public func load(from archive: Archive) throws(ArchiveError) {
        var stored: [(target: Tensor, source: Tensor)] = []
        for parameter in parameters {
            let source = try archive.tensor(parameter.name, like: parameter.tensor)
            stored.append((parameter.tensor, source))
        }
        for (target, source) in stored { target.assign(source) }
    }
}
