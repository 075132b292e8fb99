/* ops_dropout: masks as a pure function of their place (rng.h's Philox4x32-10, sixteen counters at a time). */
#include "ops.h"
#include "vec.h"

enum { BLOCK = 4 * LANES };             /* one call of Philox per lane gives four numbers */

typedef uint64_t wide __attribute__((vector_size(64)));

/* 32 x 32 to 64 bits: even lanes where they lie, odd ones moved down. */
INLINE void multiply(uvec a, uint32_t b, uvec *high, uvec *low)
{
    const uint64_t mask = 0xffffffff;
    wide even = ((wide)a & mask) * (uint64_t)b, odd = ((wide)a >> 32) * (uint64_t)b;
    *high = (uvec)(even >> 32 | (odd & ~mask));
    *low = (uvec)((even & mask) | odd << 32);
}

INLINE void philox(uint64_t seed, uint64_t stream, uvec c0, uint32_t counter_high, uvec r[4])
{
    uvec c1 = (uvec){0} + counter_high, c2 = (uvec){0} + (uint32_t)stream, c3 = (uvec){0} + (uint32_t)(stream >> 32);
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        uvec a_high, a_low, b_high, b_low;
        multiply(c0, 0xD2511F53u, &a_high, &a_low);
        multiply(c2, 0xCD9E8D57u, &b_high, &b_low);
        c0 = b_high ^ c1 ^ k0;
        c1 = b_low;
        c2 = a_high ^ c3 ^ k1;
        c3 = a_low;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    r[0] = c0;
    r[1] = c1;
    r[2] = c2;
    r[3] = c3;
}

CLONES void ops_dropout_row(uint64_t seed, uint64_t step, uint32_t site, uint64_t row, float p, size_t n, float *keep)
{
    const uvec lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const uint32_t threshold = (uint32_t)((double)p * 4294967296.0);
    const vec kept = vec_of(1 / (1 - p)), dropped = vec_of(0);
    uint64_t stream = step << 20 | site;
    for (size_t i = 0; i < n; i += BLOCK) {
        uvec r[4];
        uint64_t counter = row << 24 | i / BLOCK * LANES;
        philox(seed, stream, (uvec){0} + (uint32_t)counter + lane, (uint32_t)(counter >> 32), r);
        for (size_t w = 0; w < 4 && i + w * LANES < n; w++) {
            size_t rest = n - i - w * LANES;
            vec v = vec_select((ivec)(r[w] >= threshold), kept, dropped);
            vec_store_n(keep + i + w * LANES, v, rest < LANES ? rest : LANES);
        }
    }
}
