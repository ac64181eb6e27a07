// A squashed Gaussian policy: draws with their log-densities, and gradients back through them.

LOCAL void squashed_sample(optimist_squashed_law law, ptrdiff_t total, const float *noise,
                           float *action, float *log_density) {
    const float half = 0.5f * (law.highest - law.lowest);
    EACH(total, {
        vec e = GET(noise);
        vec log_deviation = (vector_tanh(GET(law.raw)) + 1.0f) * half + law.lowest;
        vec u = GET(law.mean) + vector_exp(log_deviation) * e;
        // log(1 - tanh^2 u) = 2 (log 2 - u - softplus(-2u)), without overflow on either side.
        vec bend = 0.693147181f - u - vector_softplus(-2.0f * u);
        PUT(action, vector_tanh(u));
        PUT(log_density, -0.5f * e * e - log_deviation - 0.918938533f - 2.0f * bend);
    });
}

LOCAL void squashed_gradient(optimist_squashed_law law, ptrdiff_t total, const float *noise,
                             const float *action, const float *slope, float price, float scale,
                             float *by_mean, float *by_raw) {
    const float half = 0.5f * (law.highest - law.lowest);
    EACH(total, {
        vec a = GET(action);
        vec t = vector_tanh(GET(law.raw));
        vec deviation = vector_exp((t + 1.0f) * half + law.lowest);
        vec by_u = scale * (2.0f * price * a - (1.0f - a * a) * GET(slope));
        vec by_logarithm = by_u * deviation * GET(noise) - scale * price;
        PUT(by_mean, by_u);
        PUT(by_raw, by_logarithm * (half * (1.0f - t * t)));
    });
}
