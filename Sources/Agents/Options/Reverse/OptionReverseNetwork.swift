import OptimistCore
import OptimistInference
import OptimistTorch

/// A learned reverse model q̃(o | s, a): a network that tells the option of a step from states,
/// actions and, by its form, earlier or later options; fitted by maximum likelihood.
package final class OptionReverseNetwork: Module {
    /// What it looks at.
    package let form: OptionReverse
    private let options: Int
    private let cell: GRUCell?
    private let head: MultilayerPerceptron

    /// A reverse model with drawn weights.
    ///
    /// - Parameters:
    ///   - form: one that is learned.
    ///   - options: K.
    ///   - features: numbers of an encoded observation.
    ///   - code: numbers of an action's code.
    ///   - units: widths of the hidden layers; the first is that of what is remembered.
    ///   - generator: draws the weights.
    package init(
        _ form: OptionReverse, options: Int, features: Int, code: Int, units: [Int],
        using generator: inout Generator
    ) {
        (self.form, self.options) = (form, options)
        let remembered = units.first ?? 32
        let inputs: Int
        switch form {
        case .forward, .backward:
            cell = GRUCell(inputs: features + code, hidden: remembered, using: &generator)
            inputs = remembered + options + 1 + features
        case .filtered:
            cell = nil
            inputs = options + options + 1 + features
        case .window(let reach):
            cell = nil
            inputs = (2 * reach + 1) * (features + code + 1) + reach * options
        case .none, .exact: fail("OptionReverseNetwork", "\(form.rawValue) is not learned")
        }
        head = MultilayerPerceptron(
            sizes: [inputs] + (units.isEmpty ? [32] : units) + [options], activation: .tanh,
            using: &generator)
    }

    /// Those of `cell`, where there is one, and `head`.
    package var parameters: [NamedTensor] {
        (cell?.parameters.named("cell") ?? []) + head.parameters.named("head")
    }

    /// What a reverse model reads beside options.
    package struct Reading {
        /// Encoded observations, `[T + 1, B, features]`.
        var features: Tensor
        /// Codes of actions, `[T, B, code]`; 0 at padding.
        var codes: Tensor
        /// 1 for steps that happened, `[T, B]`.
        var valid: Tensor
        /// log p(o_t | s_{1:t}, a_{1:t}), `[T, B, K]`.
        var logFilter: Tensor
    }

    /// log q̃(· | what is seen) of every step, `[T, B, K]`; differentiable.
    ///
    /// - Parameters:
    ///   - reading: states and actions.
    ///   - chosen: the options, one-hot or relaxed, `[T, B, K]`; 0 at padding.
    package func logLaws(_ reading: Reading, options chosen: Tensor) -> Tensor {
        let steps = chosen.size(axis: 0)
        let inputs: Tensor
        switch form {
        case .window(let reach): inputs = window(reading, chosen, reach)
        case .backward:
            // The option before, and whether there is one.
            inputs = Tensor.concatenated(
                [
                    remembered(reading, (0..<steps).reversed()), moved(chosen, by: 1),
                    moved(reading.valid.unsqueezed(axis: 2), by: 1),
                    reading.features.slice(axis: 0, 0..<steps),
                ], axis: 2)
        default:
            let past =
                form == .filtered
                ? reading.logFilter.maximum(-10) * 0.2 : remembered(reading, 0..<steps)
            inputs = Tensor.concatenated(
                [
                    past, moved(chosen, by: -1), moved(reading.valid.unsqueezed(axis: 2), by: -1),
                    reading.features.slice(axis: 0, 1..<steps + 1),
                ], axis: 2)
        }
        return head(inputs).logSoftmax()
    }

    /// Steps later for a positive number, zeros where nothing is; `[T, B, …]`.
    private func moved(_ tensor: Tensor, by steps: Int) -> Tensor {
        let time = tensor.size(axis: 0)
        return steps > 0
            ? tensor.padded(axis: 0, before: steps, after: 0).slice(axis: 0, 0..<time)
            : tensor.padded(axis: 0, before: 0, after: -steps).slice(
                axis: 0, -steps..<time - steps)
    }

    /// What the recurrent unit knows after each step, read in an order, `[T, B, hidden]`.
    private func remembered(_ reading: Reading, _ order: some Sequence<Int>) -> Tensor {
        let steps = reading.codes.size(axis: 0)
        let rows = Tensor.concatenated(
            [reading.features.slice(axis: 0, 0..<steps), reading.codes], axis: 2)
        var state = Tensor.zeros([rows.size(axis: 1), cell!.hiddenSize])
        var states = [Tensor](repeating: state, count: steps)
        for step in order {
            // Padding lies behind the end: read backwards nothing may be remembered of it.
            state =
                cell!(rows.select(axis: 0, step), hidden: state)
                * reading.valid.select(axis: 0, step).unsqueezed(axis: 1)
            states[step] = state
        }
        return Tensor.stacked(states, axis: 0)
    }

    /// States and actions around each step, marked where there are none, and later options.
    private func window(_ reading: Reading, _ chosen: Tensor, _ reach: Int) -> Tensor {
        let valid = reading.valid.unsqueezed(axis: 2)
        let steps = chosen.size(axis: 0)
        let seen = Tensor.concatenated(
            [reading.features.slice(axis: 0, 0..<steps) * valid, reading.codes, valid], axis: 2)
        var parts = [seen]
        for step in 1..<reach + 1 {
            parts += [moved(seen, by: step), moved(seen, by: -step), moved(chosen, by: -step)]
        }
        return Tensor.concatenated(parts, axis: 2)
    }
}
