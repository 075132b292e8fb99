/* rng: Philox4x32-10. */
#include "base/rng.h"

#include <math.h>

#include "base/elementary.h"

struct rng4 rng_philox(uint64_t seed, uint64_t stream, uint64_t counter)
{
    uint32_t c0 = (uint32_t)counter, c1 = (uint32_t)(counter >> 32);
    uint32_t c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c0, b = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)b;
        c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)a;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return (struct rng4){{c0, c1, c2, c3}};
}

static double uniform(uint32_t high, uint32_t low)
{
    return (double)(((uint64_t)high << 32 | low) >> 11) * 0x1p-53;
}

double rng_uniform(uint64_t seed, uint64_t stream, uint64_t counter)
{
    struct rng4 r = rng_philox(seed, stream, counter);
    return uniform(r.v[0], r.v[1]);
}

double rng_normal(uint64_t seed, uint64_t stream, uint64_t counter)
{
    struct rng4 r = rng_philox(seed, stream, counter);
    double radius = sqrt(-2 * elementary_log(1 - uniform(r.v[0], r.v[1]))); /* 1 - u: never log(0) */
    return radius * elementary_cos(6.283185307179586476925 * uniform(r.v[2], r.v[3]));
}

void rng_shuffle(uint64_t seed, uint64_t stream, size_t n, size_t *order)
{
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)(rng_uniform(seed, stream, i) * (double)i);
        size_t kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
}
