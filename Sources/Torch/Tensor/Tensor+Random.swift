import OptimistCTorch
import OptimistCore

// Each call draws one key from the generator and fills the whole tensor from a stream that the key
// names. The numbers depend on the generator, the shape, the element type and the device.
extension Tensor {
    /// Independent normal draws.
    public static func normal(
        _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1,
        type: ElementType = .float32, device: Device = .cpu, using generator: inout Generator
    ) -> Tensor {
        let key = generator.next()
        return make("Tensor.normal") {
            ot_normal(
                shape, Int32(shape.count), mean, standardDeviation, type.code, device.index, key,
                $0)
        }
    }

    /// Independent draws, uniform in [low, high).
    public static func uniform(
        _ shape: [Int], from low: Double = 0, to high: Double = 1, type: ElementType = .float32,
        device: Device = .cpu, using generator: inout Generator
    ) -> Tensor {
        let key = generator.next()
        return make("Tensor.uniform") {
            ot_uniform(shape, Int32(shape.count), low, high, type.code, device.index, key, $0)
        }
    }

    /// Independent draws of a normal law of mean 0 that is restricted to `limit` standard
    /// deviations either side, as if draws outside were drawn again.
    ///
    /// `standardDeviation` is the deviation of the law before it is restricted.
    public static func truncatedNormal(
        _ shape: [Int], standardDeviation: Double = 1, limit: Double = 2,
        type: ElementType = .float32, device: Device = .cpu, using generator: inout Generator
    ) -> Tensor {
        let key = generator.next()
        return make("Tensor.truncatedNormal") {
            ot_truncated_normal(
                shape, Int32(shape.count), standardDeviation, limit, type.code, device.index, key,
                $0)
        }
    }

    /// Independent integers, uniform in the range, of type `int64`.
    public static func randomIntegers(
        _ shape: [Int], in range: Range<Int>, device: Device = .cpu,
        using generator: inout Generator
    ) -> Tensor {
        let key = generator.next()
        return make("Tensor.randomIntegers") {
            ot_random_integers(
                shape, Int32(shape.count), range.lowerBound, range.upperBound, device.index, key,
                $0)
        }
    }

    /// The indices 0..<count in random order, of type `int64`.
    public static func permutation(
        _ count: Int, device: Device = .cpu, using generator: inout Generator
    ) -> Tensor {
        let key = generator.next()
        return make("Tensor.permutation") { ot_permutation(count, device.index, key, $0) }
    }

    /// Zeros and ones, each 1 with its own probability; type and shape of the probabilities.
    public static func bernoulli(
        probabilities: Tensor, using generator: inout Generator
    ) -> Tensor {
        let key = generator.next()
        return make("Tensor.bernoulli", probabilities) {
            ot_bernoulli(probabilities.handle, key, $0)
        }
    }

    /// Independent draws of gamma laws of scale 1, each with its own positive concentration; type
    /// and shape of the concentrations.
    ///
    /// Differentiable with respect to the concentrations: the derivative is that of the draw at a
    /// fixed value of its distribution function (Figurnov, Mohamed and Mnih, 2018).
    public static func gamma(
        concentrations: Tensor, using generator: inout Generator
    ) -> Tensor {
        let key = generator.next()
        return make("Tensor.gamma", concentrations) {
            ot_gamma(concentrations.handle, key, $0)
        }
    }

    /// Indices `[..., count]` drawn in proportion to weights `[..., classes]`, which are not
    /// negative and need not sum to 1; of type `int64`.
    public static func categorical(
        probabilities: Tensor, count: Int = 1, withReplacement: Bool = true,
        using generator: inout Generator
    ) -> Tensor {
        let key = generator.next()
        return make("Tensor.categorical", probabilities) {
            ot_categorical(probabilities.handle, count, withReplacement ? 1 : 0, key, $0)
        }
    }
}
