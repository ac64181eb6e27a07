import Foundation
import OptimistTorch

/// N(0, I), the law of latents that nothing above changes.
package enum StandardLatents {
    /// log N(h; 0, I) in nats, `[rows]`, of latents `[rows, width]`.
    package static func logDensity(_ latents: Tensor) -> Tensor {
        latents.square().sum(axis: 1) * -0.5
            - 0.5 * log(2 * .pi) * Double(latents.shape[1])
    }
}
