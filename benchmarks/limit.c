/* What a row costs when it is written by hand in C: one pass over memory wherever one is enough, products by the BLAS of
   NumPy, vectors by the compiler (-O3 -march=native -ffast-math). Compiled twice, with T double and float.

   Every function does n steps on arrays a[0], a[1], ... with sizes s: weights, which change in place, then data. */
#include <stdlib.h>
#include <string.h>
#include <tgmath.h>
#undef I                               /* which is √−1 */

typedef long I;
typedef void (*gemm_t)(int, int, int, I, I, I, T, const T *, I, const T *, I, T, T *, I);
static gemm_t gemm;
void link_gemm(gemm_t g) { gemm = g; }
enum { ROWS = 101, AS_IS = 111, FLIPPED = 112 };

/* C = alpha·A·B + beta·C, C of m×n, A (or its transpose) m×k, without gaps. */
static void product(int flip_a, int flip_b, I m, I n, I k, T alpha, const T *A, const T *B, T beta, T *C) {
    gemm(ROWS, flip_a ? FLIPPED : AS_IS, flip_b ? FLIPPED : AS_IS, m, n, k, alpha, A, flip_a ? m : k, B, flip_b ? k : n, beta, C, n);
}
static T *room(I n) { return aligned_alloc(64, (n * sizeof(T) + 63) / 64 * 64); }
static T sigmoid(T x) { return 1 / (1 + exp(-x)); }

/* ---------------------------------------------------------------- small networks */
void logistic(I n, T **a, const I *s, const T *p) {
    T w[3], x[3][4], y[4];
    memcpy(w, a[0], sizeof w);
    for (int i = 0; i < 4; i++) { y[i] = a[2][i]; for (int j = 0; j < 3; j++) x[j][i] = a[1][i * 3 + j]; }
    while (n--) {
        T d[4];
        for (int i = 0; i < 4; i++) {
            T q = sigmoid(x[0][i] * w[0] + x[1][i] * w[1] + x[2][i] * w[2]);
            d[i] = (q - y[i]) * q * (1 - q);
        }
        for (int j = 0; j < 3; j++) w[j] -= x[j][0] * d[0] + x[j][1] * d[1] + x[j][2] * d[2] + x[j][3] * d[3];
    }
    memcpy(a[0], w, sizeof w);
}

#define XOR(H) \
static void xor##H(I n, T **a) { \
    T w[3][H], v[H], x[4][3], y[4]; \
    memcpy(w, a[0], sizeof w); memcpy(v, a[1], sizeof v); memcpy(x, a[2], sizeof x); memcpy(y, a[3], sizeof y); \
    while (n--) { \
        T h[4][H], z[4], d[4]; \
        for (int i = 0; i < 4; i++) \
            for (int j = 0; j < H; j++) h[i][j] = sigmoid(x[i][0] * w[0][j] + x[i][1] * w[1][j] + x[i][2] * w[2][j]); \
        for (int i = 0; i < 4; i++) { z[i] = 0; for (int j = 0; j < H; j++) z[i] += h[i][j] * v[j]; } \
        for (int i = 0; i < 4; i++) { T q = sigmoid(z[i]); d[i] = (q - y[i]) * q * (1 - q); } \
        for (int j = 0; j < H; j++) { \
            T g0 = 0, g1 = 0, g2 = 0, gv = 0; \
            for (int i = 0; i < 4; i++) { \
                T e = d[i] * v[j] * h[i][j] * (1 - h[i][j]); \
                g0 += x[i][0] * e; g1 += x[i][1] * e; g2 += x[i][2] * e; gv += h[i][j] * d[i]; \
            } \
            w[0][j] -= g0; w[1][j] -= g1; w[2][j] -= g2; v[j] -= gv; \
        } \
    } \
    memcpy(a[0], w, sizeof w); memcpy(a[1], v, sizeof v); \
}
XOR(4)
XOR(32)
void xor(I n, T **a, const I *s, const T *p) { if (s[0] == 4) xor4(n, a); else xor32(n, a); }

void moons(I n, T **a, const I *s, const T *p) {
    enum { N = 200 };
    T x0[N], x1[N], y0[N], y1[N], *W1 = a[0], *b1 = a[1], *W2 = a[2], *b2 = a[3], r = p[0];
    for (int i = 0; i < N; i++) { x0[i] = a[4][2 * i]; x1[i] = a[4][2 * i + 1]; y0[i] = a[5][2 * i]; y1[i] = a[5][2 * i + 1]; }
    while (n--) {
        T A[6], B[3], C[6], D[2], g[17] = {0};
        memcpy(A, W1, sizeof A); memcpy(B, b1, sizeof B); memcpy(C, W2, sizeof C); memcpy(D, b2, sizeof D);
        #pragma omp simd reduction(+ : g)
        for (int i = 0; i < N; i++) {
            T h0 = tanh(x0[i] * A[0] + x1[i] * A[3] + B[0]), h1 = tanh(x0[i] * A[1] + x1[i] * A[4] + B[1]);
            T h2 = tanh(x0[i] * A[2] + x1[i] * A[5] + B[2]);
            T o0 = tanh(h0 * C[0] + h1 * C[2] + h2 * C[4] + D[0]), o1 = tanh(h0 * C[1] + h1 * C[3] + h2 * C[5] + D[1]);
            T q = sigmoid(o0 - o1), d0 = (q - y0[i]) * (1 - o0 * o0), d1 = (1 - q - y1[i]) * (1 - o1 * o1);
            T e0 = (d0 * C[0] + d1 * C[1]) * (1 - h0 * h0), e1 = (d0 * C[2] + d1 * C[3]) * (1 - h1 * h1);
            T e2 = (d0 * C[4] + d1 * C[5]) * (1 - h2 * h2);
            g[0] += x0[i] * e0; g[1] += x0[i] * e1; g[2] += x0[i] * e2; g[3] += x1[i] * e0; g[4] += x1[i] * e1; g[5] += x1[i] * e2;
            g[6] += e0; g[7] += e1; g[8] += e2;
            g[9] += h0 * d0; g[10] += h0 * d1; g[11] += h1 * d0; g[12] += h1 * d1; g[13] += h2 * d0; g[14] += h2 * d1;
            g[15] += d0; g[16] += d1;
        }
        for (int k = 0; k < 6; k++) { W1[k] -= r * (g[k] + (T)0.01 * W1[k]); W2[k] -= r * (g[9 + k] + (T)0.01 * W2[k]); }
        for (int k = 0; k < 3; k++) b1[k] -= r * g[6 + k];
        for (int k = 0; k < 2; k++) b2[k] -= r * g[15 + k];
    }
}

/* ---------------------------------------------------------------- dense layers: s = layers, batch, batches, adam, sizes */
static void softmax_error(I rows, I n, T *z, const T *y) {
    for (I i = 0; i < rows; i++, z += n, y += n) {
        T top = z[0], sum = 0;
        for (I j = 1; j < n; j++) top = z[j] > top ? z[j] : top;
        for (I j = 0; j < n; j++) sum += z[j] = exp(z[j] - top);
        for (I j = 0; j < n; j++) z[j] = (z[j] / sum - y[j]) / rows;
    }
}
static void columns_sum(I rows, I n, const T *d, T *g) {
    memset(g, 0, n * sizeof(T));
    for (I i = 0; i < rows; i++) for (I j = 0; j < n; j++) g[j] += d[i * n + j];
}
static void adam(I n, T *w, const T *g, T *m, T *v, T decay, T size, T root) {
    for (I i = 0; i < n; i++) {
        T d = g[i] + decay * w[i];
        m[i] = (T)0.9 * m[i] + (T)(1 - 0.9) * d;
        v[i] = (T)0.999 * v[i] + (T)(1 - 0.999) * d * d;
        w[i] -= size * m[i] / (sqrt(v[i]) * root + (T)1e-8);
    }
}
void mlp(I n, T **a, const I *s, const T *p) {
    I L = s[0], B = s[1], largest = 0;
    const I *size = s + 4;
    T *h[L + 1], *d[L + 1], *m[2 * L], *v[2 * L], r = p[0], decay = p[1], q1 = 1, q2 = 1;
    for (I l = 1; l <= L; l++) {
        h[l] = room(B * size[l]); d[l] = room(B * size[l]);
        if (size[l] * size[l - 1] > largest) largest = size[l] * size[l - 1];
    }
    T *g = room(largest);
    for (I k = 0; s[3] && k < 2 * L; k++) {
        I count = k % 2 ? size[k / 2 + 1] : size[k / 2] * size[k / 2 + 1];
        m[k] = calloc(count, sizeof(T)); v[k] = calloc(count, sizeof(T));
    }
    for (I t = 0; t < n; t++) {
        T *y = a[2 * L + 1] + t % s[2] * B * size[L];
        h[0] = a[2 * L] + t % s[2] * B * size[0];
        for (I l = 0; l < L; l++) {
            I w = size[l + 1];
            for (I i = 0; i < B; i++) memcpy(h[l + 1] + i * w, a[2 * l + 1], w * sizeof(T));
            product(0, 0, B, w, size[l], 1, h[l], a[2 * l], 1, h[l + 1]);
            for (I i = 0; l < L - 1 && i < B * w; i++) h[l + 1][i] = h[l + 1][i] > 0 ? h[l + 1][i] : 0;
        }
        softmax_error(B, size[L], h[L], y);
        d[L] = h[L];
        q1 *= (T)0.9; q2 *= (T)0.999;
        T step = r / (1 - q1), root = 1 / sqrt(1 - q2);
        for (I l = L; l--;) {
            I w = size[l + 1], below = size[l];
            if (l) {
                product(0, 1, B, below, w, 1, d[l + 1], a[2 * l], 0, d[l]);
                for (I i = 0; i < B * below; i++) d[l][i] = h[l][i] > 0 ? d[l][i] : 0;
            }
            if (s[3]) {
                product(1, 0, below, w, B, 1, h[l], d[l + 1], 0, g);
                adam(below * w, a[2 * l], g, m[2 * l], v[2 * l], decay, step, root);
                columns_sum(B, w, d[l + 1], g);
                adam(w, a[2 * l + 1], g, m[2 * l + 1], v[2 * l + 1], 0, step, root);
            } else {
                product(1, 0, below, w, B, -r, h[l], d[l + 1], 1 - r * decay, a[2 * l]);
                columns_sum(B, w, d[l + 1], g);
                for (I j = 0; j < w; j++) a[2 * l + 1][j] -= r * g[j];
            }
        }
    }
}

/* ---------------------------------------------------------------- convolutions of 28×28 images */
static void columns(I channels, I size, const T *x, T *ans) {
    I out = size - 4;
    for (I c = 0; c < channels; c++) for (I k = 0; k < 25; k++) for (I i = 0; i < out; i++, ans += out)
        memcpy(ans, x + c * size * size + (i + k / 5) * size + k % 5, out * sizeof(T));
}
static void pool(I channels, I size, const T *x, T *ans) {                  /* the relu is in it */
    for (I c = 0; c < channels; c++, x += size * size) for (I i = 0; i < size; i += 2) for (I j = 0; j < size; j += 2) {
        const T *q = x + i * size + j;
        T p = q[0] > q[1] ? q[0] : q[1], r = q[size] > q[size + 1] ? q[size] : q[size + 1];
        p = p > r ? p : r;
        *ans++ = p > 0 ? p : 0;
    }
}
static void unpool(I channels, I size, const T *g, const T *ans, T *x) {
    for (I i = 0; i < channels * size; i++, x += size) {
        const T *top = ans + i / 2 * (size / 2), *d = g + i / 2 * (size / 2);
        for (I j = 0; j < size; j++) x[j] = x[j] == top[j / 2] && x[j] > 0 ? d[j / 2] : 0;
    }
}
void cnn(I n, T **a, const I *s, const T *p) {
    enum { A = 8, C = 16, F = 256, O = 10, ONE = 25 * 576, TWO = 200 * 64 };
    I N = s[0];
    T *K1 = a[0], *K2 = a[1], *W = a[2], *b = a[3], r = p[0];
    T *y1 = room(N * A * 576), *h1 = room(N * A * 144), *y2 = room(N * C * 64), *h2 = room(N * F), *z = room(N * O), *d2 = room(N * F);
    T *cols = room(TWO > ONE ? TWO : ONE), *d1 = room(A * 144), g1[A * 25], g2[C * 200], gb[O];
    while (n--) {
        for (I k = 0; k < N; k++) {
            columns(1, 28, a[4] + k * 784, cols);
            product(0, 0, A, 576, 25, 1, K1, cols, 0, y1 + k * A * 576);
            pool(A, 24, y1 + k * A * 576, h1 + k * A * 144);
            columns(A, 12, h1 + k * A * 144, cols);
            product(0, 0, C, 64, 200, 1, K2, cols, 0, y2 + k * C * 64);
            pool(C, 8, y2 + k * C * 64, h2 + k * F);
            memcpy(z + k * O, b, sizeof gb);
        }
        product(0, 0, N, O, F, 1, h2, W, 1, z);
        softmax_error(N, O, z, a[5]);
        product(0, 1, N, F, O, 1, z, W, 0, d2);
        memset(g1, 0, sizeof g1); memset(g2, 0, sizeof g2);
        for (I k = 0; k < N; k++) {
            T *e2 = y2 + k * C * 64, *e1 = y1 + k * A * 576, *c = cols;
            unpool(C, 8, d2 + k * F, h2 + k * F, e2);
            columns(A, 12, h1 + k * A * 144, cols);
            product(0, 1, C, 200, 64, 1, e2, cols, 1, g2);
            product(1, 0, 200, 64, C, 1, K2, e2, 0, cols);
            memset(d1, 0, A * 144 * sizeof(T));
            for (I f = 0; f < A * 25; f++) for (I i = 0; i < 8; i++, c += 8) {
                T *to = d1 + f / 25 * 144 + (i + f % 25 / 5) * 12 + f % 5;
                for (I j = 0; j < 8; j++) to[j] += c[j];
            }
            unpool(A, 24, d1, h1 + k * A * 144, e1);
            columns(1, 28, a[4] + k * 784, cols);
            product(0, 1, A, 25, 576, 1, e1, cols, 1, g1);
        }
        columns_sum(N, O, z, gb);
        product(1, 0, F, O, N, -r, h2, z, 1, W);
        for (I i = 0; i < O; i++) b[i] -= r * gb[i];
        for (I i = 0; i < A * 25; i++) K1[i] -= r * g1[i];
        for (I i = 0; i < C * 200; i++) K2[i] -= r * g2[i];
    }
}

/* ---------------------------------------------------------------- recurrent */
void rnn(I n, T **a, const I *s, const T *p) {
    enum { B = 16, H = 32, X = 8, O = 4, BH = B * H };
    I turns = s[0];
    T *Wx = a[0], *Wh = a[1], *b = a[2], *Wo = a[3], *x = a[4], *y = a[5], r = p[0];
    T *h = room(turns * BH), *d = room(turns * BH), flipped[H][H], e[B * O], gb[H];
    while (n--) {
        for (I i = 0; i < turns * B; i++) memcpy(h + i * H, b, H * sizeof(T));
        product(0, 0, turns * B, H, X, 1, x, Wx, 1, h);
        for (I t = 0; t < turns; t++) for (I i = 0; i < B; i++) {
            T sum[H], *row = h + (t * B + i) * H;
            memcpy(sum, row, sizeof sum);
            for (I k = 0; t && k < H; k++) for (I j = 0; j < H; j++) sum[j] += row[k - BH] * Wh[k * H + j];
            for (I j = 0; j < H; j++) row[j] = tanh(sum[j]);
        }
        T *last = h + (turns - 1) * BH;
        memcpy(e, y, sizeof e);
        product(0, 0, B, O, H, 1, last, Wo, -1, e);
        for (I i = 0; i < B * O; i++) e[i] *= (T)2 / B;
        product(0, 1, B, H, O, 1, e, Wo, 0, d + (turns - 1) * BH);
        for (I j = 0; j < H; j++) for (I k = 0; k < H; k++) flipped[k][j] = Wh[j * H + k];
        for (I t = turns; t--;) for (I i = 0; i < B; i++) {
            T sum[H], *row = h + (t * B + i) * H, *g = d + (t * B + i) * H;
            for (I j = 0; j < H; j++) g[j] *= 1 - row[j] * row[j];
            if (!t) continue;
            memset(sum, 0, sizeof sum);
            for (I k = 0; k < H; k++) for (I j = 0; j < H; j++) sum[j] += g[k] * flipped[k][j];
            memcpy(g - BH, sum, sizeof sum);
        }
        product(1, 0, X, H, turns * B, -r, x, d, 1, Wx);
        product(1, 0, H, H, (turns - 1) * B, -r, h, d + BH, 1, Wh);
        columns_sum(turns * B, H, d, gb);
        for (I j = 0; j < H; j++) b[j] -= r * gb[j];
        product(1, 0, H, O, B, -r, last, e, 1, Wo);
    }
}

/* ---------------------------------------------------------------- elementwise */
void small_gates(I n, T **a, const I *s, const T *p) {
    enum { K = 10, TURNS = 50 };
    T h[TURNS + 1][K], y[K], z[K], g[K], gy[K], gz[K], r = p[0];
    memcpy(h[0], a[0], sizeof y); memcpy(y, a[1], sizeof y); memcpy(z, a[2], sizeof z);
    while (n--) {
        for (int t = 0; t < TURNS; t++) for (int i = 0; i < K; i++) h[t + 1][i] = h[t][i] * y[i] + z[i];
        for (int i = 0; i < K; i++) { g[i] = 1; gy[i] = gz[i] = 0; }
        for (int t = TURNS; t--;) for (int i = 0; i < K; i++) { gz[i] += g[i]; gy[i] += g[i] * h[t][i]; g[i] *= y[i]; }
        for (int i = 0; i < K; i++) { h[0][i] -= r * g[i]; y[i] -= r * gy[i]; z[i] -= r * gz[i]; }
    }
    memcpy(a[0], h[0], sizeof y); memcpy(a[1], y, sizeof y); memcpy(a[2], z, sizeof z);
}
void chain(I n, T **a, const I *s, const T *p) {                            /* a: x, y, value, ∂x, ∂y */
    while (n--) {
        T sum = 0, *x = a[0], *y = a[1], *gx = a[3], *gy = a[4];
        #pragma omp parallel for simd reduction(+ : sum)
        for (I i = 0; i < s[0]; i++) {
            T v = x[i] * y[i] + x[i], u = v * v - y[i], g = u > 0 ? 2 * v : 0;
            sum += u > 0 ? u : 0;
            gx[i] = g * (y[i] + 1);
            gy[i] = g * x[i] - (u > 0 ? 1 : 0);
        }
        a[2][0] = sum;
    }
}
void smooth_chain(I n, T **a, const I *s, const T *p) {
    while (n--) {
        T sum = 0, *x = a[0], *y = a[1], *gx = a[3], *gy = a[4];
        #pragma omp parallel for simd reduction(+ : sum)
        for (I i = 0; i < s[0]; i++) {
            T t = tanh(x[i]), e = exp(-y[i] * y[i]);
            sum += t * e;
            gx[i] = (1 - t * t) * e;
            gy[i] = -2 * y[i] * t * e;
        }
        a[2][0] = sum;
    }
}

/* ---------------------------------------------------------------- single numbers: a tape of them is vectors over points */
void network(I n, T **a, const I *s, const T *p) {
    I N = s[0], H = s[1], COUNT = 2 * H + H + H * H + H + H + 1;
    T *w = a[0], *x0 = a[1], *x1 = a[2], *y = a[3], *W2 = w + 3 * H, *W3 = W2 + H * H + H, g[COUNT], r = p[0];
    T h1[H][N], h2[H][N], d[N], e2[H][N], e1[N];
    while (n--) {
        for (I j = 0; j < H; j++) for (I i = 0; i < N; i++) {
            T z = w[2 * j] * x0[i] + w[2 * j + 1] * x1[i] + w[2 * H + j];
            h1[j][i] = z > 0 ? z : 0;
        }
        for (I i = 0; i < N; i++) d[i] = W3[H];
        for (I j = 0; j < H; j++) {
            for (I i = 0; i < N; i++) h2[j][i] = W2[H * H + j];
            for (I k = 0; k < H; k++) for (I i = 0; i < N; i++) h2[j][i] += W2[j * H + k] * h1[k][i];
            for (I i = 0; i < N; i++) { h2[j][i] = h2[j][i] > 0 ? h2[j][i] : 0; d[i] += W3[j] * h2[j][i]; }
        }
        memset(g, 0, sizeof g);
        T *g2 = g + 3 * H, *g3 = g2 + H * H + H;
        for (I i = 0; i < N; i++) { d[i] = 1 - y[i] * d[i] > 0 ? -y[i] / N : 0; g3[H] += d[i]; }
        for (I j = 0; j < H; j++) {
            for (I i = 0; i < N; i++) { g3[j] += d[i] * h2[j][i]; e2[j][i] = h2[j][i] > 0 ? d[i] * W3[j] : 0; g2[H * H + j] += e2[j][i]; }
            for (I k = 0; k < H; k++) for (I i = 0; i < N; i++) g2[j * H + k] += e2[j][i] * h1[k][i];
        }
        for (I k = 0; k < H; k++) {
            for (I i = 0; i < N; i++) e1[i] = 0;
            for (I j = 0; j < H; j++) for (I i = 0; i < N; i++) e1[i] += W2[j * H + k] * e2[j][i];
            for (I i = 0; i < N; i++) {
                T e = h1[k][i] > 0 ? e1[i] : 0;
                g[2 * k] += e * x0[i]; g[2 * k + 1] += e * x1[i]; g[2 * H + k] += e;
            }
        }
        for (I i = 0; i < COUNT; i++) w[i] -= r * (g[i] + (T)2e-4 * w[i]);
    }
}
void scalar_chain(I n, T **a, const I *s, const T *p) {                     /* a: x, ∂x, tape */
    while (n--) {
        T x = a[0][0], h = x, g = 1, gx = 0;
        for (I t = 0; t < s[0]; t++) a[2][t] = h = h * (T)0.9999 + x;
        for (I t = s[0]; t--;) { gx += g; g *= (T)0.9999; }
        a[1][0] = gx + g;
    }
}
