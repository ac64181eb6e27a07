import OptimistCore
import OptimistTorch

// The gradient of a sum of squares, which is twice the point.
let point = Tensor([1, 2, 3] as [Float]).requiringGradient()
let slope = gradients(of: (point * point).sum(), withRespectTo: [point])[0].floats()
guard slope == [2, 4, 6] else { fail("Tensors", "the gradient is \(slope), not [2, 4, 6]") }
print("the gradient of x·x at [1, 2, 3]:", slope)
