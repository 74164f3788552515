/* What compiled programs need beside their own text: products by BLAS, vectors, and loops in pieces on several threads. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
typedef int64_t I;
typedef void (*gemm_double_t)(int, int, int, I, I, I, double, const double *, I, const double *, I, double, double *, I);
typedef void (*gemm_float_t)(int, int, int, I, I, I, float, const float *, I, const float *, I, float, float *, I);
static gemm_double_t gemm_double;
static gemm_float_t gemm_float;
void link_products(gemm_double_t d, gemm_float_t f) { gemm_double = d; gemm_float = f; }
#define INLINE static inline __attribute__((always_inline))

/* As many numbers as one register holds. */
#if defined(__AVX512F__)
#define WIDTH 64
#elif defined(__AVX__)
#define WIDTH 32
#else
#define WIDTH 16
#endif
typedef double wide_double __attribute__((vector_size(WIDTH), aligned(8), may_alias));
typedef float wide_float __attribute__((vector_size(WIDTH), aligned(4), may_alias));

/* Say that a vector is in a register: gcc 12 else reads it from memory for each of its uses. */
#if defined(__AVX512F__)
#define IN_REGISTER(v) __asm__("" : "+v"(v))
#elif defined(__x86_64__)
#define IN_REGISTER(v) __asm__("" : "+x"(v))
#elif defined(__aarch64__)
#define IN_REGISTER(v) __asm__("" : "+w"(v))
#else
#define IN_REGISTER(v)
#endif

/* Whether there is a nan, or an infinity, among n numbers. */
#define HAS_NAN(kind) \
    static __attribute__((unused)) bool has_nan_##kind(const void *given, I n) { \
        const kind *x = given; \
        int found = 0; \
        for (I i = 0; i < n; i++) found |= !(x[i] * 0 == 0); \
        return found; \
    }
HAS_NAN(double)
HAS_NAN(float)

/* Loops of n turns in pieces of `step`. Threads begin and end with a loop: none is there when the process forks, and two
   programs that run at once have their own. Pieces are the same however many threads there are, and so are the answers. */
typedef void (*piece_t)(void **slots, int *wrong, I piece, I start, I stop);
static int threads = 1;
#if defined(_WIN32)
static void in_pieces(piece_t run, void **slots, int *wrong, I n, I step) {
    for (I k = 0; k * step < n; k++) run(slots, wrong, k, k * step, (k + 1) * step < n ? (k + 1) * step : n);
}
#else
#include <pthread.h>
#include <stdlib.h>
struct work { piece_t run; void **slots; int *wrong; I n, step, next, left; int users; pthread_mutex_t lock; pthread_cond_t done; };
/* Take pieces until there are none. The last one to leave frees the work: a thread may come when all is done. */
static void *work_on(void *given) {
    struct work *w = given;
    I did = 0, k;
    for (; (k = __atomic_fetch_add(&w->next, 1, __ATOMIC_RELAXED)) * w->step < w->n; did++)
        w->run(w->slots, w->wrong, k, k * w->step, (k + 1) * w->step < w->n ? (k + 1) * w->step : w->n);
    pthread_mutex_lock(&w->lock);
    w->left -= did;
    if (!w->left) pthread_cond_signal(&w->done);
    bool last = !--w->users;
    pthread_mutex_unlock(&w->lock);
    if (last) { pthread_mutex_destroy(&w->lock); pthread_cond_destroy(&w->done); free(w); }
    return 0;
}
static void in_pieces(piece_t run, void **slots, int *wrong, I n, I step) {
    I pieces = (n + step - 1) / step;
    int others = threads < pieces ? threads - 1 : (int)pieces - 1;
    struct work *w = others > 0 ? malloc(sizeof *w) : 0;
    if (!w) {
        for (I k = 0; k < pieces; k++) run(slots, wrong, k, k * step, (k + 1) * step < n ? (k + 1) * step : n);
        return;
    }
    *w = (struct work){run, slots, wrong, n, step, 0, pieces, others + 2, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER};
    for (int k = 0; k < others; k++) {
        pthread_t thread;
        if (!pthread_create(&thread, 0, work_on, w)) pthread_detach(thread);
        else { pthread_mutex_lock(&w->lock); w->users--; pthread_mutex_unlock(&w->lock); }
    }
    work_on(w);
    pthread_mutex_lock(&w->lock);
    while (w->left) pthread_cond_wait(&w->done, &w->lock);
    bool last = !--w->users;
    pthread_mutex_unlock(&w->lock);
    if (last) { pthread_mutex_destroy(&w->lock); pthread_cond_destroy(&w->done); free(w); }
}
#endif
