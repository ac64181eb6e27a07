// Heads of networks: sampling from, and the losses of, Gaussian and plain outputs.

// The variance of the bounded head: see `optimist_gaussian_head`.
INLINE vec head_variance(vec raw, vec exp_minimum, vec exp_negative_maximum) {
    return exp_minimum + 1.0f / (exp_negative_maximum + vector_exp(-raw));
}

LOCAL void gaussian_sample(optimist_gaussian_head head, ptrdiff_t total, const float *base,
                           const float *noise, float *output) {
    EACH(total, {
        vec y = GET(head.mean);
        if (base) y += GET(base);
        if (noise && head.raw) {
            vec variance = head_variance(
                GET(head.raw), GET(head.exp_minimum), GET(head.exp_negative_maximum));
            y += square_root(variance) * GET(noise);
        }
        PUT(output, y);
    });
}

// With part = variance - exp(min): d log variance / d raw = part^2 exp(-raw) / variance,
// d / d max = part^2 exp(-max) / variance, d / d min = exp(min) / variance.
LOCAL double gaussian_loss(optimist_gaussian_head head, ptrdiff_t total, const float *target,
                           float scale, optimist_gaussian_gradient gradient) {
    wide sum = {0};
    EACH(total, {
        vec low = GET(head.exp_minimum);
        vec high = GET(head.exp_negative_maximum);
        vec falling = vector_exp(-GET(head.raw));
        vec part = 1.0f / (high + falling);
        vec variance = low + part;
        vec precision = 1.0f / variance;
        vec error = GET(head.mean) - GET(target);
        vec ratio = error * error * precision;
        vec by_log_variance = scale * (1.0f - ratio);
        vec by_part = by_log_variance * (part * precision);
        PUT(gradient.mean, 2.0f * scale * error * precision);
        PUT(gradient.raw, by_part * (part * falling));
        if (gradient.minimum) PUT(gradient.minimum, by_log_variance * (low * precision));
        if (gradient.maximum) PUT(gradient.maximum, by_part * (part * high));
        vec loss = ratio + vector_log(variance);
        sum += __builtin_convertvector(loss, wide);  // 0 in lanes past the end
    });
    return lane_sum(&sum);
}

LOCAL double squared_loss(ptrdiff_t total, const float *prediction, const float *target,
                          float scale, float *gradient) {
    wide sum = {0};
    EACH(total, {
        vec error = GET(prediction) - GET(target);
        PUT(gradient, 2.0f * scale * error);
        sum += __builtin_convertvector(error * error, wide);  // 0 in lanes past the end
    });
    return lane_sum(&sum);
}
