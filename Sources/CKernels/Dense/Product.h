// The matrix product: register blocks of ROWS rows by up to VECTORS vectors of columns.
//
// A block keeps ROWS * VECTORS sums in registers; each step of the inner index loads VECTORS
// vectors of the packed matrix and one number of each row. The numbers are broadcast from memory,
// so `a` needs no packing and may be transposed. A panel of the packed matrix is used by all row
// blocks before the next one: it stays in the nearest cache.

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

typedef struct {
    const float *a;
    ptrdiff_t row_stride, inner_stride, inner;
    const float *panel;  // [inner, vectors * LANES]
    const float *first;  // what the sums start from: [vectors * LANES], or one a row
    float *c;
    ptrdiff_t c_stride;
    ptrdiff_t last;  // columns of the last vector that exist in c
    int start;
} block;

INLINE void run_block(const int rows, const int vectors, const block *at) {
    vec sum[ROWS][VECTORS];
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < vectors; j++)
            sum[i][j] = at->start == OPTIMIST_ROW_BIAS ? splat(at->first[i])
                                                       : load(at->first + LANES * j);
    const float *a = at->a, *panel = at->panel;
    const ptrdiff_t row_stride = at->row_stride, inner_stride = at->inner_stride;
    for (ptrdiff_t p = at->inner; p > 0; p--) {
        vec b[VECTORS];
        UNROLL for (int j = 0; j < vectors; j++) b[j] = *(const vec *)(panel + LANES * j);
        UNROLL for (int i = 0; i < rows; i++) {
            vec x = splat(a[i * row_stride]);
            UNROLL for (int j = 0; j < vectors; j++) sum[i][j] += x * b[j];
        }
        a += inner_stride;
        panel += LANES * vectors;
    }
    UNROLL for (int i = 0; i < rows; i++) {
        float *c = at->c + i * at->c_stride;
        UNROLL for (int j = 0; j < vectors; j++, c += LANES) {
            int part = j == vectors - 1 && at->last != LANES;
            if (at->start == OPTIMIST_ACCUMULATE) sum[i][j] += part ? load_part(c, at->last) : load(c);
            if (part) store_part(c, sum[i][j], at->last);
            else store(c, sum[i][j]);
        }
    }
}

#define BLOCK(rows, vectors) \
    LOCAL void block_##rows##_##vectors(const block *at) { run_block(rows, vectors, at); }
#if VECTORS == 3
#define BLOCKS(rows) BLOCK(rows, 1) BLOCK(rows, 2) BLOCK(rows, 3)
#define ENTRIES(rows) { block_##rows##_1, block_##rows##_2, block_##rows##_3 }
#else
#define BLOCKS(rows) BLOCK(rows, 1) BLOCK(rows, 2)
#define ENTRIES(rows) { block_##rows##_1, block_##rows##_2 }
#endif

BLOCKS(1) BLOCKS(2) BLOCKS(3) BLOCKS(4) BLOCKS(5) BLOCKS(6)
#if ROWS == 8
BLOCKS(7) BLOCKS(8)
#endif

static void (*const block_functions[ROWS][VECTORS])(const block *) = {
    ENTRIES(1), ENTRIES(2), ENTRIES(3), ENTRIES(4), ENTRIES(5), ENTRIES(6),
#if ROWS == 8
    ENTRIES(7), ENTRIES(8),
#endif
};

INLINE ptrdiff_t smaller(ptrdiff_t x, ptrdiff_t y) { return x < y ? x : y; }

// Vectors are shared out evenly among panels: three panels of 3, 2 and 2 rather than 3, 3 and 1,
// because a narrow panel is bound by its loads.
INLINE ptrdiff_t panel_vectors(ptrdiff_t columns, ptrdiff_t index) {
    ptrdiff_t vectors = (columns + LANES - 1) / LANES;
    ptrdiff_t panels = (vectors + VECTORS - 1) / VECTORS;
    if (index >= panels) return 0;
    return vectors / panels + (index < vectors % panels);
}

// All rows against one panel. Rows too are shared out evenly among blocks.
LOCAL void run_panel(block at, ptrdiff_t rows, ptrdiff_t vectors) {
    ptrdiff_t blocks = (rows + ROWS - 1) / ROWS;
    for (ptrdiff_t i = 0; i < blocks; i++) {
        ptrdiff_t count = rows / blocks + (i < rows % blocks);
        block_functions[count - 1][vectors - 1](&at);
        at.a += count * at.row_stride;
        at.c += count * at.c_stride;
        if (at.start == OPTIMIST_ROW_BIAS) at.first += count;
    }
}

LOCAL void dense(ptrdiff_t rows, ptrdiff_t inner, ptrdiff_t columns, const float *a,
                 ptrdiff_t row_stride, ptrdiff_t inner_stride, const float *packed,
                 const float *bias, float *c, ptrdiff_t c_stride, int start) {
    ptrdiff_t begin = 0, vectors;
    for (ptrdiff_t i = 0; (vectors = panel_vectors(columns, i)) > 0; i++) {
        ptrdiff_t width = smaller(vectors * LANES, columns - begin);
        float first[VECTORS * LANES] = {0};
        int by_row = start == OPTIMIST_ROW_BIAS && bias;
        if (bias && start == OPTIMIST_COLUMN_BIAS)
            memcpy(first, bias + begin, (size_t)width * sizeof(float));
        block at = {
            a, row_stride, inner_stride, inner, packed, by_row ? bias : first, c + begin, c_stride,
            width - (vectors - 1) * LANES,
            start == OPTIMIST_ROW_BIAS && !bias ? OPTIMIST_COLUMN_BIAS : start,
        };
        run_panel(at, rows, vectors);
        packed += inner * vectors * LANES;
        begin += width;
    }
}

// One panel of a matrix stored as [inner, columns].
INLINE void pack_panel(ptrdiff_t inner, ptrdiff_t width, ptrdiff_t vectors, const float *b,
                       ptrdiff_t row_stride, float *packed) {
    ptrdiff_t last = width - (vectors - 1) * LANES;
    for (ptrdiff_t p = 0; p < inner; p++, b += row_stride, packed += vectors * LANES) {
        for (ptrdiff_t j = 0; j < vectors - 1; j++) store(packed + j * LANES, load(b + j * LANES));
        const float *end = b + (vectors - 1) * LANES;
        vec v = last == LANES ? load(end) : load_part(end, last);
        store(packed + (vectors - 1) * LANES, v);
    }
}

typedef float four __attribute__((vector_size(16)));
typedef float loose_four __attribute__((vector_size(16), aligned(4), may_alias));

// A block of 4 by 4 numbers turned in registers: eight shuffles instead of sixteen moves.
INLINE void turn_four(const float *from, ptrdiff_t stride, float *to, ptrdiff_t to_stride) {
    four a = *(const loose_four *)from, b = *(const loose_four *)(from + stride);
    four c = *(const loose_four *)(from + 2 * stride), d = *(const loose_four *)(from + 3 * stride);
    four e = __builtin_shufflevector(a, b, 0, 4, 1, 5), f = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    four g = __builtin_shufflevector(a, b, 2, 6, 3, 7), h = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(loose_four *)to = __builtin_shufflevector(e, f, 0, 1, 4, 5);
    *(loose_four *)(to + to_stride) = __builtin_shufflevector(e, f, 2, 3, 6, 7);
    *(loose_four *)(to + 2 * to_stride) = __builtin_shufflevector(g, h, 0, 1, 4, 5);
    *(loose_four *)(to + 3 * to_stride) = __builtin_shufflevector(g, h, 2, 3, 6, 7);
}

// One panel of a matrix stored as [columns, inner].
INLINE void pack_turned(ptrdiff_t inner, ptrdiff_t width, ptrdiff_t padded, const float *b,
                        ptrdiff_t row_stride, float *packed) {
    ptrdiff_t j = 0;
    for (; j + 4 <= width; j += 4) {
        const float *rows = b + j * row_stride;
        ptrdiff_t p = 0;
        for (; p + 4 <= inner; p += 4)
            turn_four(rows + p, row_stride, packed + p * padded + j, padded);
        for (; p < inner; p++)
            for (ptrdiff_t i = 0; i < 4; i++) packed[p * padded + j + i] = rows[i * row_stride + p];
    }
    for (; j < padded; j++)
        for (ptrdiff_t p = 0; p < inner; p++)
            packed[p * padded + j] = j < width ? b[j * row_stride + p] : 0;
}

LOCAL void pack(ptrdiff_t inner, ptrdiff_t columns, const float *b, ptrdiff_t row_stride,
                int transposed, float *packed) {
    ptrdiff_t begin = 0, vectors;
    for (ptrdiff_t i = 0; (vectors = panel_vectors(columns, i)) > 0; i++) {
        ptrdiff_t width = smaller(vectors * LANES, columns - begin);
        if (transposed)
            pack_turned(inner, width, vectors * LANES, b + begin * row_stride, row_stride, packed);
        else pack_panel(inner, width, vectors, b + begin, row_stride, packed);
        packed += inner * vectors * LANES;
        begin += width;
    }
}
