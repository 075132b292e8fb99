/* rng: counter-based random numbers, Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
 * A number is a pure function of (seed, stream, counter): no state, so any order and any thread gives the same. */
#ifndef TAGPIPE_BASE_RNG_H
#define TAGPIPE_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

/* Four 32 bit numbers. */
struct rng4 {
    uint32_t v[4];
};
struct rng4 rng_philox(uint64_t seed, uint64_t stream, uint64_t counter);

double rng_uniform(uint64_t seed, uint64_t stream, uint64_t counter); /* [0, 1), 53 bits */
double rng_normal(uint64_t seed, uint64_t stream, uint64_t counter);  /* N(0, 1), Box-Muller */
/* A permutation of 0..n-1 (Fisher-Yates). */
void rng_shuffle(uint64_t seed, uint64_t stream, size_t n, size_t *order);

#endif
