import Foundation
import OptimistCore
import OptimistTorch

/// Normal noise that is correlated over time, with a power spectrum ∝ f^−exponent and variance 1
/// at every step (Timmer and König 1995; for planning Pinneri et al. 2020).
///
/// Fourier coefficients are drawn with deviation max(f, 1/length)^(−exponent/2); those of
/// frequency 0 and of the highest one are real, and √2 larger. The transform is a fixed matrix.
public struct ColoredNoise {
    /// 0 for white noise, 1 for pink, 2 for red.
    public let exponent: Double
    /// Steps.
    public let length: Int

    /// Noise of an exponent and a length.
    public init(exponent: Double, length: Int) {
        if length < 1 || !(exponent >= 0) {
            fail("ColoredNoise", "an exponent of \(exponent) and \(length) steps")
        }
        self.exponent = exponent
        self.length = length
    }

    /// Independent sequences, `shape + [length]`, of another tensor's type and device.
    public func draw(
        _ shape: [Int], like tensor: Tensor, using generator: inout Generator
    ) -> Tensor {
        let rows = synthesis
        let matrix = Tensor(rows.flatMap { $0 }, shape: [rows.count, length])
            .to(tensor.elementType).to(tensor.device)
        let white = Tensor.normal(
            shape + [rows.count], type: tensor.elementType, device: tensor.device,
            using: &generator)
        return white.matmul(matrix)
    }

    /// One row of `length` for each real coefficient: what a unit of it adds to each step.
    private var synthesis: [[Double]] {
        let frequencies = 0...length / 2
        let scales = frequencies.map {
            pow(max(Double($0), 1) / Double(length), -exponent / 2)
        }
        let edges = frequencies.map { $0 == 0 || 2 * $0 == length }
        let power = zip(scales, edges).map { $0 * $0 * ($1 ? 1 : 2) }.reduce(0, +)
        // √(2 Σ)/length is the deviation that the transform would give each step.
        let unit = 1 / (2 * power).squareRoot()
        return frequencies.flatMap { frequency -> [[Double]] in
            let scale = scales[frequency] * unit
            let angle = 2 * Double.pi * Double(frequency) / Double(length)
            func row(_ wave: (Double) -> Double, _ factor: Double) -> [Double] {
                (0..<length).map { factor * scale * wave(angle * Double($0)) }
            }
            if edges[frequency] { return [row(cos, 2.0.squareRoot())] }
            return [row(cos, 2), row({ -sin($0) }, 2)]
        }
    }
}
