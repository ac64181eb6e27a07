import Foundation
import OptimistLinearAlgebra

/// The parameters at every time, and the states of the integrator that led there.
struct FlowRoll {
    let flow: ParameterFlowKalman
    private(set) var transitions: [Matrix] = []
    private(set) var noises: [Matrix] = []
    /// The encoded noise at every time.
    private var encoded: [Matrix] = []
    /// Per substep: its length and where E and the encoded F started.
    private var trace: [[(length: Double, transition: Matrix, noise: Matrix)]] = []

    init(_ flow: ParameterFlowKalman, times: [Double]) throws {
        self.flow = flow
        var (transition, noise, time) = (flow.transitionStart, flow.noise.start, 0.0)
        for (step, next) in times.enumerated() {
            let interval = next - time
            if !(interval > 0 && interval.isFinite) {
                throw ParameterFlowError.timesOutOfOrder(step: step)
            }
            do {
                (transition, noise) = try roll(transition, noise, interval)
                noises.append(try flow.noise.decode(noise))
            } catch LinearAlgebraError.notPositiveDefinite {
                throw ParameterFlowError.noiseNotPositiveDefinite(step: step)
            } catch LinearAlgebraError.notFinite {
                throw ParameterFlowError.notFinite(step: step)
            }
            if !transition.isFinite || !noises[step].isFinite {
                throw ParameterFlowError.notFinite(step: step)
            }
            transitions.append(transition)
            encoded.append(noise)
            time = next
        }
    }

    private mutating func roll(
        _ transition: Matrix, _ noise: Matrix, _ interval: Double
    ) throws -> (Matrix, Matrix) {
        var (transition, noise) = (transition, noise)
        switch flow.integrator {
        case .rungeKutta(let substeps):
            let count = max(1, Int(ceil(interval * Double(substeps) - 1e-9)))
            let length = interval / Double(count)
            var steps: [(Double, Matrix, Matrix)] = []
            for _ in 0..<count {
                steps.append((length, transition, noise))
                transition = RungeKutta.step(transition, length, flow.transitionField)
                noise = try flow.noise.step(noise, length)
            }
            trace.append(steps)
        case .dormandPrince(let relative, let absolute):
            transition = try DormandPrince.integrate(
                transition, over: interval, relative: relative, absolute: absolute,
                flow.transitionField.velocity)
            switch flow.noise.encoding {
            case .cholesky, .logEuclidean:
                noise = try DormandPrince.integrate(
                    noise, over: interval, relative: relative, absolute: absolute,
                    flow.noise.field.velocity)
            case .lyapunov, .raw:
                let count = max(1, Int(ceil(4 * interval)))
                for _ in 0..<count {
                    noise = try flow.noise.step(noise, interval / Double(count))
                }
            }
        }
        return (transition, noise)
    }

    /// Pulls gradients in E(t) and F(t) of every time back to the start and the fields.
    func pullback(
        _ inTransitions: [Matrix], _ inNoises: [Matrix], _ gradient: inout ParameterFlowGradient
    ) throws {
        if trace.count != transitions.count {
            throw ParameterFlowError.noGradient(
                reason: "adaptive steps are for evaluation; use Runge and Kutta's method")
        }
        var inTransition = 0 * flow.transitionStart
        var inNoise = 0 * flow.noise.start
        for step in transitions.indices.reversed() {
            inTransition += inTransitions[step]
            inNoise += try flow.noise.decodePullback(inNoises[step], at: encoded[step])
            for substep in trace[step].reversed() {
                inTransition = RungeKutta.pullback(
                    inTransition, from: substep.transition, substep.length,
                    flow.transitionField, &gradient.transitionField)
                inNoise = try flow.noise.pullback(
                    inNoise, from: substep.noise, substep.length, &gradient.noiseField)
            }
        }
        gradient.transitionStart += inTransition
        gradient.noiseStart += inNoise
    }
}
