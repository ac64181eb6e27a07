import Foundation
import OptimistCore
import OptimistTorch
import Testing

@Suite struct EngineTests {
    /// A small regression on random data, trained for some steps; the parameters at the end.
    static func train(steps: Int, device: Device = .cpu) -> [Float] {
        var generator = Generator(seed: 20)
        let network = MultilayerPerceptron(
            sizes: [8, 32, 32, 2], activation: .silu, device: device, using: &generator)
        let optimizer = Adam(network.parameters, learningRate: 1e-3)
        for _ in 0..<steps {
            let input = Tensor.normal([64, 8], device: device, using: &generator)
            let target = input.slice(axis: 1, 0..<2).sin()
            optimizer.minimize((network(input) - target).square().mean(), clippingNorm: 10)
        }
        return network.parameters.flatMap { $0.tensor.floats() }
    }

    @Test func `training is bitwise repeatable and moves the parameters`() {
        let first = Self.train(steps: 30)
        #expect(first == Self.train(steps: 30))
        #expect(first != Self.train(steps: 29))
        #expect(first.allSatisfy { $0.isFinite })
    }

    // A leak of one tensor a step would show as a thousand in the count, and one of a step's
    // 64-row activations as 16 MB in the resident memory.
    @Test func `a thousand training steps leave neither tensors nor memory behind`() async {
        await #expect(processExitsWith: .success) {
            _ = EngineTests.train(steps: 50)
            let tensors = Engine.liveTensors
            let memory = try residentBytes()
            _ = EngineTests.train(steps: 1000)
            let moreTensors = Engine.liveTensors - tensors
            let moreMemory = try residentBytes() - memory
            try #require(moreTensors == 0)
            try #require(moreMemory < 8 << 20, "resident memory grew by \(moreMemory) bytes")
        }
    }

    @Test func `gradient mode belongs to the thread and threads agree`() async {
        let expected = Self.train(steps: 5)
        let results = await withTaskGroup(of: (Bool, [Float]).self) { group in
            for index in 0..<4 {
                group.addTask {
                    // Even tasks look at the mode while odd ones have it switched off.
                    if index % 2 == 0 {
                        return (
                            (Tensor([1.0]).requiringGradient() * 2).requiresGradient,
                            Self.train(steps: 5)
                        )
                    }
                    let silent = withoutGradient {
                        !(Tensor([1.0]).requiringGradient() * 2).requiresGradient
                    }
                    return (silent, Self.train(steps: 5))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 4)
        for (mode, parameters) in results {
            #expect(mode)
            #expect(parameters == expected)
        }
    }

    @Test func `the number of threads is set and described`() async {
        await #expect(processExitsWith: .success) {
            Engine.threads = 1
            try #require(Engine.threads == 1)
            try #require(!Engine.cpuCapability.isEmpty)
            try #require(Engine.configuration.contains("TORCH_VERSION"))
        }
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) { Engine.threads = 0 }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("Engine.threads: the number of threads is 0"))
    }

    @Test func `devices are read from text`() {
        #expect(Device("cpu") == .cpu)
        #expect(Device("cuda") == .cuda(0))
        #expect(Device("cuda:3") == .cuda(3))
        #expect(Device("cuda:-1") == nil)
        #expect(Device("gpu") == nil)
        #expect(Device.cuda(3).description == "cuda:3")
    }

    @Test(.enabled(if: !Engine.cudaIsAvailable, "only where there is no CUDA device"))
    func `a device that is not there is refused by name`() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) { _ = Tensor.zeros([2]).to(.cuda(1)) }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("Tensor.to(device): there is no CUDA device 1"))
        #expect(message.contains("float32[2]"))
    }
}

/// The resident memory of this process in bytes.
func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
}

@Suite(.enabled(if: Engine.cudaIsAvailable, "needs a GPU and a LibTorch built for CUDA"))
struct CUDATests {
    @Test func `a CUDA device computes what the CPU computes`() {
        var generator = Generator(seed: 21)
        let left = Tensor.normal([64, 32], using: &generator)
        let right = Tensor.normal([32, 16], using: &generator)
        let expected = left.matmul(right).tanh().sum(axis: 0)
        let found = left.to(.cuda(0)).matmul(right.to(.cuda(0))).tanh().sum(axis: 0)
        #expect(found.device == .cuda(0))
        #expect(found.to(.cpu).isClose(to: expected, relative: 1e-4, absolute: 1e-4))
    }

    @Test func `training on a CUDA device is repeatable`() {
        let first = EngineTests.train(steps: 10, device: .cuda(0))
        #expect(first == EngineTests.train(steps: 10, device: .cuda(0)))
        #expect(first.allSatisfy { $0.isFinite })
    }

    @Test func `fills on a CUDA device depend on the generator alone`() {
        var first = Generator(seed: 22)
        var second = Generator(seed: 22)
        let a = Tensor.normal([1000], device: .cuda(0), using: &first)
        let b = Tensor.normal([1000], device: .cuda(0), using: &second)
        #expect(a.floats() == b.floats())
        let order = Tensor.permutation(100, device: .cuda(0), using: &first).integers()
        #expect(order.sorted() == Array(0..<100))
    }
}
