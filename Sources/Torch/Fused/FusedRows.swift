import OptimistCTorch
import OptimistCore

extension FusedNetwork {
    /// Rows that a network is applied to, checked.
    struct Rows {
        let tensor: Tensor
        let groups: Int
        let count: Int
        private let stride: Int
        private let members: [Int32]?

        init(
            _ input: Tensor, _ network: FusedNetwork, _ chosen: [Int]?, _ operation: StaticString
        ) {
            let shape = input.shape
            groups = chosen?.count ?? network.members
            if let chosen { Self.check(chosen, network, operation) }
            let fits =
                shape.last == network.inputs
                && (shape.count == 2 || shape.count == 3 && shape[0] == groups)
            if !fits {
                fail(
                    "\(operation)",
                    "inputs \(shape) for \(groups) groups of [rows, \(network.inputs)]")
            }
            tensor = input.contiguous()
            count = shape[shape.count - 2]
            stride = shape.count == 2 ? 0 : count * network.inputs
            members = chosen?.map { Int32($0) }
        }

        private static func check(
            _ chosen: [Int], _ network: FusedNetwork, _ operation: StaticString
        ) {
            if chosen.contains(where: { $0 < 0 || $0 >= network.members }) {
                fail("\(operation)", "members \(chosen) of \(network.members)")
            }
        }

        func withRows<Result>(_ body: (OTRows) -> Result) -> Result {
            let inputs = tensor.floatPointer("FusedNetwork")
            func run(_ members: UnsafePointer<Int32>?) -> Result {
                body(
                    OTRows(
                        groups: groups, rows: count, group_stride: stride, members: members,
                        inputs: inputs))
            }
            guard let members else { return run(nil) }
            return members.withUnsafeBufferPointer { run($0.baseAddress) }
        }
    }
}
