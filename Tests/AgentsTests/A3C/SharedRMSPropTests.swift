import Foundation
import OptimistCore
import OptimistTorch
import Testing

@Suite struct SharedRMSPropTests {
    private func parameters(_ generator: inout Generator) -> [NamedTensor] {
        [[7, 5], [5], [301]].enumerated().map {
            NamedTensor("\($0.offset)", Tensor.normal($0.element, using: &generator))
        }
    }

    private func copies(_ parameters: [NamedTensor]) -> [NamedTensor] {
        parameters.map { NamedTensor($0.name, $0.tensor.copy()) }
    }

    private func numbers(_ parameters: [NamedTensor]) -> [Float] {
        parameters.flatMap { $0.tensor.floats() }
    }

    @Test func `alone it is the plain optimizer, bit for bit`() throws {
        var generator = Generator(seed: 1)
        let parameters = parameters(&generator)
        let others = copies(parameters)
        let shared = SharedRMSProp(parameters, learningRate: 0.01)
        let plain = RMSProp(others, learningRate: 0.01, decay: 0.99, epsilon: 1e-5)
        for step in 0..<20 {
            (shared.learningRate, plain.learningRate) = (
                0.01 / Double(step + 1), 0.01 / Double(step + 1)
            )
            let gradients = parameters.map { Tensor.normal($0.tensor.shape, using: &generator) }
            shared.step(gradients)
            plain.step(gradients)
            #expect(numbers(parameters) == numbers(others))
        }
    }

    @Test func `two take turns as one`() throws {
        var generator = Generator(seed: 1)
        let parameters = parameters(&generator)
        let (second, plainOnes) = (copies(parameters), copies(parameters))
        let first = SharedRMSProp(parameters, learningRate: 0.01)
        let other = SharedRMSProp(second, sharingWith: first)
        let plain = RMSProp(plainOnes, learningRate: 0.01, decay: 0.99, epsilon: 1e-5)
        for step in 0..<10 {
            let gradients = parameters.map { Tensor.normal($0.tensor.shape, using: &generator) }
            (step.isMultiple(of: 2) ? first : other).step(gradients)
            plain.step(gradients)
        }
        // The tenth step was the other's: the first one has not seen it yet.
        #expect(numbers(second) == numbers(plainOnes) && numbers(parameters) != numbers(plainOnes))
        first.pull()
        #expect(numbers(parameters) == numbers(plainOnes))
    }

    @Test func `averages are saved and loaded exactly`() throws {
        var generator = Generator(seed: 1)
        let parameters = parameters(&generator)
        let first = SharedRMSProp(parameters, learningRate: 0.01)
        func step() -> [Tensor] {
            parameters.map { Tensor.normal($0.tensor.shape, using: &generator) }
        }
        first.step(step())
        let archive = Archive()
        first.save(to: archive)
        let loaded = copies(parameters)
        let second = SharedRMSProp(loaded, learningRate: 0.5)
        try second.load(from: archive)
        let gradients = step()
        first.step(gradients)
        second.step(gradients)
        #expect(numbers(loaded) == numbers(parameters))
    }

    /// Four threads on a quadratic bowl: what is lost when two write at once does not keep the
    /// parameters from its bottom.
    @Test func `threads without locks reach the bottom of a bowl`() throws {
        let start = [NamedTensor("x", Tensor.full([2_000], 1))]
        let shared = SharedRMSProp(start, learningRate: 3e-3)
        final class Box: @unchecked Sendable {
            let optimizers: [(SharedRMSProp, NamedTensor)]
            init(_ optimizers: [(SharedRMSProp, NamedTensor)]) { self.optimizers = optimizers }
        }
        let box = Box(
            copies(start + start + start + start).map {
                (SharedRMSProp([$0], sharingWith: shared), $0)
            })
        let done = DispatchGroup()
        for index in 0..<4 {
            done.enter()
            Thread {
                let (optimizer, copy) = box.optimizers[index]
                for _ in 0..<400 {
                    optimizer.pull()
                    optimizer.step([copy.tensor * 2])
                }
                done.leave()
            }.start()
        }
        done.wait()
        shared.pull()
        let reached = start[0].tensor.abs().max().item()
        #expect(reached < 0.1)
    }
}
