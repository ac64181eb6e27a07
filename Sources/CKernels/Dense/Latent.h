// Parts of a step of a recurrent latent model that products and activations leave: the gates of the
// unit, and the draws of the state and of the action.

// log(1 + exp(x)): the sum 1 + u is rounded, and the logarithm makes up for what it lost.
INLINE vec vector_softplus(vec x) {
    vec u = vector_exp(-(vec)((ivec)x & 0x7fffffff));
    vec y = 1.0f + u;
    vec log_y = vector_log(y) - ((y - 1.0f) - u) / y;
    return select(x > splat(0), x, splat(0)) + log_y;
}

LOCAL void gated_update(ptrdiff_t total, const float *reset, const float *update,
                        const float *input, const float *memory, float *hidden) {
    EACH(total, {
        vec candidate = vector_tanh(GET(input) + vector_sigmoid(GET(reset)) * GET(memory));
        PUT(hidden, candidate + vector_sigmoid(GET(update)) * (GET(hidden) - candidate));
    });
}

LOCAL void softplus_sample(ptrdiff_t total, const float *mean, const float *raw, float floor,
                           const float *noise, float *output) {
    EACH(total, {
        PUT(output, GET(mean) + (vector_softplus(GET(raw)) + floor) * GET(noise));
    });
}

LOCAL void squashed_draw(optimist_action_law law, ptrdiff_t total, const float *noise,
                         const float *planned, float *action, float *squashed,
                         float *log_density) {
    EACH(total, {
        vec mean = GET(law.mean);
        vec deviation = vector_sigmoid(GET(law.raw)) * law.range + law.lowest;
        vec x = mean + deviation * GET(noise);
        if (planned) x = select(GET(law.chooses) > splat(0), x, GET(planned));
        vec error = (x - mean) / deviation;
        PUT(action, x);
        PUT(squashed, vector_tanh(x));
        PUT(log_density,
            GET(log_density) - (0.5f * error * error + vector_log(deviation) + 0.918938533f));
    });
}
