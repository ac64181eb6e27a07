import OptimistTorch

/// The gradient of a function of one `float64` tensor by central differences, to compare with
/// automatic differentiation.
///
/// The error of a central difference is about h² f'''/6 + ε |f|/h, near 1e-10 for h = 1e-5 and
/// values and derivatives of the size of 1.
func centralDifferences(
    of function: (Tensor) -> Tensor, at point: Tensor, step: Double = 1e-5
) -> [Double] {
    let values = point.doubles()
    let shape = point.shape
    return values.indices.map { index in
        func value(_ offset: Double) -> Double {
            var moved = values
            moved[index] += offset
            return withoutGradient { function(Tensor(moved, shape: shape)).item() }
        }
        return (value(step) - value(-step)) / (2 * step)
    }
}

/// The largest difference between the automatic and the numerical gradient, in units of
/// 1 + |gradient|.
func gradientError(of function: (Tensor) -> Tensor, at point: Tensor) -> Double {
    let leaf = point.requiringGradient()
    let automatic = gradients(of: function(leaf), withRespectTo: [leaf])[0].doubles()
    let numerical = centralDifferences(of: function, at: point)
    return zip(automatic, numerical).map { abs($0 - $1) / (1 + abs($1)) }.max() ?? 0
}
