/* Functions on numbers for compiled programs, written so that any compiler computes several at once.
   tests/test_native.py measures their errors: at most 2 units in the last place. */
#include <math.h>
/* Index i of n, counted from the end where it is negative; `wrong` where there is no such place. */
INLINE I within(I i, I n, int *wrong) {
    I k = i < 0 ? i + n : i;
    if ((uint64_t)k >= (uint64_t)n) { *wrong = 1; return 0; }
    return k;
}

/* eˣ = 2ᵏ·eʳ with |r| ≤ ½ ln 2 (Cody and Waite 1980); eʳ = 1 + r + r²·q(r), q by the exchange algorithm (Remez 1934) for
   the least relative error. The sum with a large number holds k + 2·bias in its lowest bits. 2ᵏ is two factors, so that
   results below the smallest normal number and the step to infinity come out as they should. A nan stays one. */
INLINE double own_exp(double x) {
    double y = x < -746.0 ? -746.0 : x, z = y > 710.0 ? 710.0 : y;
    double shifted = z * 1.4426950408889634 + 6755399441057790.0, k = shifted - 6755399441057790.0;
    uint64_t bits; memcpy(&bits, &shifted, 8);
    double r = z - k * 6.93147180369123816490e-01; r -= k * 1.90821492927058770002e-10;
    double q = 2.5000056604513257e-08;
    q = q * r + 2.7630248336116406e-07; q = q * r + 2.7557586388429143e-06; q = q * r + 2.4801493099030417e-05;
    q = q * r + 1.9841269506564e-04; q = q * r + 1.388888894362999e-03; q = q * r + 8.333333333494468e-03;
    q = q * r + 4.166666666653016e-02; q = q * r + 1.6666666666666413e-01; q = q * r + 0.5000000000000011;
    double p = q * r * r + r + 1.0, s1, s2;
    uint64_t half = bits >> 1, e1 = half << 52, e2 = (bits - half) << 52;
    memcpy(&s1, &e1, 8); memcpy(&s2, &e2, 8);
    return p * s1 * s2;
}
INLINE float own_expf(float x) {
    float y = x < -104.0f ? -104.0f : x, z = y > 89.0f ? 89.0f : y;
    float shifted = z * 1.44269504f + 12583166.0f, k = shifted - 12583166.0f;
    uint32_t bits; memcpy(&bits, &shifted, 4);
    float r = z - k * 0.693359375f; r -= k * -2.12194440e-4f;
    float q = 1.38145996e-3f;
    q = q * r + 8.36871688e-3f; q = q * r + 4.16683880e-2f; q = q * r + 1.66665206e-1f; q = q * r + 0.499999934f;
    float p = q * r * r + r + 1.0f, s1, s2;
    uint32_t half = bits >> 1, e1 = half << 23, e2 = (bits - half) << 23;
    memcpy(&s1, &e1, 4); memcpy(&s2, &e2, 4);
    return p * s1 * s2;
}

/* tanh: below 0.625 a rational function, above 1 - 2 / (e²ˣ + 1) (Moshier, Methods and Programs for Mathematical
   Functions, 1989, ch. 2); both by the same division. */
INLINE double own_tanh(double x) {
    double a = fabs(x), q = x * x;
    double top = (-9.64399179425052238628e-1 * q + -9.92877231001918586564e1) * q + -1.61468768441708447952e3;
    double under = ((q + 1.12811678491632931402e2) * q + 2.23548839060100448583e3) * q + 4.84406305325125486048e3;
    bool small = a < 0.625;
    double part = (small ? a * q * top : -2.0) / (small ? under : own_exp(2.0 * a) + 1.0);
    return copysign((small ? a : 1.0) + part, x);
}
INLINE float own_tanhf(float x) {
    float a = fabsf(x), q = x * x;
    float p = -5.70498872745e-3f;
    p = p * q + 2.06390887954e-2f; p = p * q + -5.37397155531e-2f; p = p * q + 1.33314422036e-1f; p = p * q + -3.33332819422e-1f;
    float small = x + x * q * p, large = copysignf(1.0f - 2.0f / (own_expf(2.0f * a) + 1.0f), x);
    return a < 0.625f ? small : large;
}

/* ln x = k·ln 2 + ln(1 + f), √½ ≤ 1 + f < √2, with s = f / (2 + f) (Ng, FDLIBM, e_log.c, 1993: the coefficients). */
INLINE double own_log(double x) {
    bool tiny = x < 2.2250738585072014e-308;
    double y = tiny ? x * 18014398509481984.0 : x;
    int64_t bits; memcpy(&bits, &y, 8);
    int64_t up = bits - 0x3fe6a09e667f3bcdLL, whole = up >> 52;
    int64_t inside = bits - (whole << 52); double m; memcpy(&m, &inside, 8);
    double k = (double)whole - (tiny ? 54.0 : 0.0), f = m - 1.0, s = f / (2.0 + f), z = s * s, w = z * z;
    double t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    double t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    double h = 0.5 * f * f, r = t1 + t2;
    double ans = k * 6.93147180369123816490e-01 - ((h - (s * (h + r) + k * 1.90821492927058770002e-10)) - f);
    ans = x == 0.0 ? -INFINITY : ans;
    ans = x < 0.0 ? NAN : ans;
    return x == INFINITY || x != x ? x : ans;
}
INLINE float own_logf(float x) { return (float)own_log((double)x); }

#define BOTH(T, f) \
INLINE T largest##f(T x, T y) { return x != x ? x : y > x || y != y ? y : x; } \
INLINE T smallest##f(T x, T y) { return x != x ? x : y < x || y != y ? y : x; } \
INLINE T sign##f(T x) { return x != x ? x : (T)((x > 0) - (x < 0)); } \
INLINE T softplus##f(T x) { return x != x ? x : largest##f(x, 0) + log1p##f(own_exp##f(-fabs##f(x))); } \
INLINE T absorb##f(T x, T y) { T z = x * y; return z != z && x == x && (y == y || x == 0) ? 0 : z; } \
INLINE T absorb_div##f(T x, T y) { T z = x / y; return z != z && x == x && (y == y || x == 0) ? 0 : z; } \
INLINE T modulo##f(T x, T y) { T z = fmod##f(x, y); return z == 0 ? copysign##f(0, y) : (y < 0) != (z < 0) ? z + y : z; } \
INLINE T quotient##f(T x, T y) { \
    T r = fmod##f(x, y), q = (x - r) / y - (r != 0 && (y < 0) != (r < 0)), w = floor##f(q); \
    return y == 0 ? x / y : q == 0 ? copysign##f(0, x / y) : w + (q - w > (T)0.5); } \
INLINE T fraction##f(T x) { return copysign##f(fabs##f(x) == INFINITY ? 0 : x - trunc##f(x), x); } \
INLINE T logaddexp##f(T x, T y) { \
    T d = x - y; return x == y ? x + (T)0.6931471805599453 : d != d ? d : (d > 0 ? x : y) + log1p##f(own_exp##f(-fabs##f(d))); } \
INLINE T logaddexp2##f(T x, T y) { \
    T d = x - y; return x == y ? x + 1 : d != d ? d : (d > 0 ? x : y) + log1p##f(exp2##f(-fabs##f(d))) * (T)1.4426950408889634; } \
INLINE T xlogy##f(T x, T y) { return x == 0 && y == y ? 0 : x * own_log##f(y); } \
INLINE T xlog1py##f(T x, T y) { return x == 0 && y == y ? 0 : x * log1p##f(y); } \
INLINE T rel_entr##f(T x, T y) { \
    T z = x / y, ln = z > (T)0.5 && z < 2 ? log1p##f((x - y) / y) : z > (T)1e-30 && z < INFINITY ? own_log##f(z) : own_log##f(x) - own_log##f(y); \
    return x != x || y != y ? NAN : x == 0 && y >= 0 ? 0 : x < 0 || y <= 0 ? INFINITY : x * ln; } \
INLINE T huber##f(T x, T y) { T a = fabs##f(y); return x < 0 ? INFINITY : a <= x ? y * y / 2 : x * (a - x / 2); } \
INLINE T pseudo_huber##f(T x, T y) { \
    double a = x, z = y / a; return x < 0 ? INFINITY : x == 0 || y == 0 ? 0 : a * a * expm1(log1p(z * z) / 2); }
BOTH(double, )
BOTH(float, f)
