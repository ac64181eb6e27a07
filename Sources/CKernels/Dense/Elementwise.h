// Functions of each number alone: activations and their slopes, sums of columns, Adam.

// Runs `body` for whole vectors and once more for the rest, with `at` the offset and `count` the
// number of floats; GET and PUT read and write as many.
#define GET(pointer) (count == LANES ? load((pointer) + at) : load_part((pointer) + at, count))
#define PUT(pointer, v) \
    (count == LANES ? store((pointer) + at, v) : store_part((pointer) + at, v, count))
#define EACH(total, body)                                                    \
    do {                                                                     \
        ptrdiff_t at = 0;                                                    \
        for (const ptrdiff_t count = LANES; at + LANES <= (total); at += LANES) { body } \
        const ptrdiff_t count = (total) - at;                                \
        if (count > 0) { body }                                              \
    } while (0)

LOCAL void activate_swish(ptrdiff_t total, float *values, float *slope) {
    if (!slope) {
        EACH(total, {
            vec x = GET(values);
            PUT(values, x * vector_sigmoid(x));
        });
        return;
    }
    EACH(total, {
        vec x = GET(values);
        vec falling = vector_exp(-x);
        vec s = 1.0f / (1.0f + falling);
        vec y = x * s;
        PUT(slope, s + y * (falling * s));  // falling * s = 1 - s, without cancellation
        PUT(values, y);
    });
}

LOCAL void activation_slope(int activation, ptrdiff_t total, const float *outputs, float *slope);

LOCAL void activate(int activation, ptrdiff_t total, float *values, float *slope) {
    switch (activation) {
        case OPTIMIST_RELU:
            // A NaN must stay one: it is not below 0.
            EACH(total, { vec x = GET(values); PUT(values, select(x < splat(0), splat(0), x)); });
            break;
        case OPTIMIST_TANH:
            EACH(total, { PUT(values, vector_tanh(GET(values))); });
            break;
        case OPTIMIST_SIGMOID:
            EACH(total, { PUT(values, vector_sigmoid(GET(values))); });
            break;
        case OPTIMIST_SWISH: activate_swish(total, values, slope); return;
        case OPTIMIST_ELU:
            EACH(total, {
                vec x = GET(values);
                PUT(values, select(x > splat(0), x, vector_expm1(x)));
            });
            break;
        default: break;
    }
    if (slope) activation_slope(activation, total, values, slope);
}

// The derivative of an activation found from its output y.
INLINE vec slope_from_output(int activation, vec y) {
    switch (activation) {
        case OPTIMIST_RELU: return select(y > splat(0), splat(1), splat(0));
        case OPTIMIST_TANH: return 1.0f - y * y;
        case OPTIMIST_SIGMOID: return y * (1.0f - y);
        case OPTIMIST_ELU: return select(y > splat(0), splat(1), y + 1.0f);
        default: return splat(1);
    }
}

LOCAL void activation_slope(int activation, ptrdiff_t total, const float *outputs, float *slope) {
    EACH(total, { PUT(slope, slope_from_output(activation, GET(outputs))); });
}

#define GRADIENT(name)                                                                  \
    EACH(total, {                                                                       \
        PUT(gradient, GET(gradient) * slope_from_output(name, GET(outputs)));           \
    })

LOCAL void activation_gradient(int activation, ptrdiff_t total, const float *outputs,
                               const float *slope, float *gradient) {
    switch (activation) {
        case OPTIMIST_RELU: GRADIENT(OPTIMIST_RELU); break;
        case OPTIMIST_TANH: GRADIENT(OPTIMIST_TANH); break;
        case OPTIMIST_SIGMOID: GRADIENT(OPTIMIST_SIGMOID); break;
        case OPTIMIST_SWISH: EACH(total, { PUT(gradient, GET(gradient) * GET(slope)); }); break;
        case OPTIMIST_ELU: GRADIENT(OPTIMIST_ELU); break;
        default: break;
    }
}

LOCAL void column_sums(ptrdiff_t rows, ptrdiff_t columns, const float *b, ptrdiff_t row_stride,
                       float *sums, int accumulate) {
    EACH(columns, {
        vec sum = accumulate ? GET(sums) : splat(0);
        const float *row = b;
        for (ptrdiff_t i = 0; i < rows; i++, row += row_stride) sum += GET(row);
        PUT(sums, sum);
    });
}

LOCAL void exponential(ptrdiff_t total, const float *x, float *y) {
    EACH(total, { PUT(y, vector_exp(GET(x))); });
}

LOCAL int adam(const optimist_adam_settings *settings, ptrdiff_t total, float *parameters,
               float *gradient, ptrdiff_t slices, ptrdiff_t slice_stride, float *first_moment,
               float *second_moment) {
    const vec beta1 = splat(settings->beta1), beta2 = splat(settings->beta2);
    const vec rest1 = splat(1 - settings->beta1), rest2 = splat(1 - settings->beta2);
    const vec rate = splat(settings->learning_rate / settings->correction1);
    const vec scale = splat(1 / settings->correction2);
    vec suspect = splat(0);
    EACH(total, {
        vec g = GET(gradient);
        for (ptrdiff_t i = 1; i < slices; i++) g += GET(gradient + i * slice_stride);
        if (slices > 1) PUT(gradient, g);
        suspect += g - g;  // 0, or NaN if g is not finite
        vec p = GET(parameters);
        g = settings->gradient_scale * g + settings->weight_decay * p;
        vec m = beta1 * GET(first_moment) + rest1 * g;
        vec v = beta2 * GET(second_moment) + rest2 * g * g;
        PUT(first_moment, m);
        PUT(second_moment, v);
        PUT(parameters, p - rate * m / (square_root(v * scale) + settings->epsilon));
    });
    const wide sum = __builtin_convertvector(suspect, wide);
    return lane_sum(&sum) == 0;
}
