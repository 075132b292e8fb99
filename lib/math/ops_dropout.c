/* ops_dropout: a mask is a pure function of its place. It is rng.h's Philox4x32-10, sixteen counters at a time. */
#include "math/ops.h"
#include "math/vec.h"

enum { BLOCK = 4 * VEC_LANES }; /* one call of Philox per lane gives four numbers */

typedef uint64_t wide __attribute__((vector_size(4 * VEC_SIZE)));

/* The lower halves of the lanes, 32 x 32 to 64 bits. The compilers' vector types have no such product. */
VEC_INLINE wide product(wide a, uint32_t b)
{
#if defined(__AVX2__) && !defined(__AVX512F__)
    return (wide)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi32((int)b));
#else
    return (a & 0xffffffff) * (uint64_t)b;
#endif
}

/* 32 x 32 to 64 bits: even lanes where they lie, odd ones moved down. */
VEC_INLINE void multiply(vec_uint a, uint32_t b, vec_uint *high, vec_uint *low)
{
    const uint64_t mask = 0xffffffff;
    wide even = product((wide)a, b), odd = product((wide)a >> 32, b);
    *high = (vec_uint)(even >> 32 | (odd & ~mask));
    *low = (vec_uint)((even & mask) | odd << 32);
}

VEC_INLINE void philox(uint64_t seed, uint64_t stream, vec_uint c0, uint32_t counter_high, vec_uint r[4])
{
    vec_uint c1 = (vec_uint){0} + counter_high;
    vec_uint c2 = (vec_uint){0} + (uint32_t)stream, c3 = (vec_uint){0} + (uint32_t)(stream >> 32);
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        vec_uint a_high, a_low, b_high, b_low;
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

VEC_MULTIVERSION(ops_dropout_mask)
void ops_dropout_mask(uint64_t seed, uint64_t step, uint32_t site, uint64_t row, float p, size_t n, float *mask)
{
    const uint32_t threshold = (uint32_t)((double)p * 4294967296.0);
    const vec kept = vec_of(1 / (1 - p)), dropped = vec_of(0);
    uint64_t stream = step << 20 | site;
    for (size_t block = 0; block < n; block += BLOCK)
        for (size_t part = 0; part < VEC_PARTS; part++) {
            vec_uint r[4];
            uint64_t counter = row << 24 | (block / BLOCK * VEC_LANES + part * VEC_SIZE);
            philox(seed, stream, (uint32_t)counter + (vec_uint)vec_lane_numbers(), (uint32_t)(counter >> 32), r);
            for (size_t w = 0, i = block + part * VEC_SIZE; w < 4 && i < n; w++, i += VEC_LANES)
                vec_store_first(mask + i, vec_select((vec_int)(r[w] >= threshold), kept, dropped), n - i);
        }
}
