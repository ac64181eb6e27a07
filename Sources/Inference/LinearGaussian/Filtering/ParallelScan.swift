import Dispatch
import Foundation
import OptimistLinearAlgebra

/// The filter as an associative scan: chunks of fixed length are scanned side by side, their totals
/// in order, and then every chunk is completed. The chunks do not depend on the number of threads,
/// so neither do results.
struct ParallelScan {
    let model: LinearGaussianModel
    let sequence: LinearGaussianSequence
    private static let chunkLength = 64

    init(model: LinearGaussianModel, sequence: LinearGaussianSequence) throws {
        try sequence.validate(for: model)
        self.model = model
        self.sequence = sequence
    }

    func run(from first: GaussianMoments) throws -> KalmanFilterResult {
        let n = model.stateCount
        let count = sequence.count
        let length = ParallelScan.chunkLength
        let chunks = (0..<(count + length - 1) / length).map {
            $0 * length..<min(count, ($0 + 1) * length)
        }
        let scanned = try concurrently(chunks.count) { index in
            try scan(chunks[index].map { try element($0, first) })
        }
        var totals: [ScanElement?] = [nil]
        for chunk in scanned.dropLast() {
            let total = chunk[chunk.count - 1]
            totals.append(try totals[totals.count - 1]?.followed(by: total) ?? total)
        }
        let completed = try concurrently(chunks.count) { index in
            try scanned[index].map { element in
                let whole = try totals[index]?.followed(by: element) ?? element
                return GaussianMoments(mean: whole.offset, covariance: whole.covariance)
            }
        }
        return try result(GaussianSequence(size: n, Array(completed.joined())), first)
    }

    private func scan(_ elements: [ScanElement]) throws -> [ScanElement] {
        var result: [ScanElement] = []
        for element in elements {
            result.append(try result.last?.followed(by: element) ?? element)
        }
        return result
    }

    /// The element of a step; the first one is the law of the first state given its observation.
    private func element(_ step: Int, _ first: GaussianMoments) throws -> ScanElement {
        let n = model.stateCount
        let zero = Matrix(rows: n, columns: n)
        let none = Array(repeating: 0.0, count: n)
        if step == 0 {
            let law = try innovation(0, first)?.filtered ?? first
            return ScanElement(
                matrix: zero, offset: law.mean, covariance: law.covariance, score: none,
                precision: zero)
        }
        let transition = model.transition[step - 1]
        let shift = model.transitionShift(step - 1, sequence.inputs?.row(step - 1))
        let law = GaussianMoments(mean: shift, covariance: model.transitionNoise[step - 1])
        guard let innovation = try innovation(step, law) else {
            return ScanElement(
                matrix: transition, offset: shift, covariance: law.covariance, score: none,
                precision: zero)
        }
        let filtered = innovation.filtered
        let seen = innovation.emission * transition
        let weighted = innovation.factor.solution(seen)
        return ScanElement(
            matrix: innovation.keep * transition, offset: filtered.mean,
            covariance: filtered.covariance,
            score: Matrix.transposed(weighted, times: innovation.residual),
            precision: Matrix.transposed(seen, times: weighted).symmetrized)
    }

    /// What the observation of a step says about a state of the given law; nil if all is missing.
    private func innovation(_ step: Int, _ law: GaussianMoments) throws -> Innovation? {
        let observed = sequence.observed(step)
        if observed.isEmpty { return nil }
        return try Innovation(
            model: model, step: step, observed: observed,
            observation: sequence.observations.row(step), input: sequence.inputs?.row(step),
            predicted: law)
    }

    /// Predictions and evidences, each step on its own.
    private func result(
        _ filtered: GaussianSequence, _ first: GaussianMoments
    ) throws -> KalmanFilterResult {
        let length = ParallelScan.chunkLength
        let count = sequence.count
        let filter = KalmanFilter(model)
        let pieces = try concurrently((count + length - 1) / length) { chunk in
            try (chunk * length..<min(count, (chunk + 1) * length)).map { step in
                let law =
                    step == 0
                    ? first
                    : try filter.predict(
                        filtered[step - 1], action: sequence.inputs?.row(step - 1), step: step - 1)
                return (law, try innovation(step, law)?.logLikelihood ?? 0)
            }
        }
        let steps = Array(pieces.joined())
        let terms = steps.map(\.1)
        return KalmanFilterResult(
            logLikelihood: terms.dropFirst(model.burn).reduce(0, +), logLikelihoods: terms,
            predicted: GaussianSequence(size: model.stateCount, steps.map(\.0)),
            filtered: filtered)
    }
}

/// The results of independent pieces of work, in order; the first error in order is thrown.
private func concurrently<Piece>(
    _ count: Int, _ body: (Int) throws -> Piece
) throws -> [Piece] {
    var results: [Result<Piece, any Error>?] = Array(repeating: nil, count: count)
    withoutActuallyEscaping(body) { body in
        results.withUnsafeMutableBufferPointer { results in
            // Every piece writes its own place.
            nonisolated(unsafe) let (places, work) = (results, body)
            DispatchQueue.concurrentPerform(iterations: count) { index in
                places[index] = Result { try work(index) }
            }
        }
    }
    return try results.map { try $0!.get() }
}
